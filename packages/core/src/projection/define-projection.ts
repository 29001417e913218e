import { InvalidDefinition } from '../errors/definition-errors.ts'
import type { AnyStreamDefinition, EventOf, RecordedEvent } from '../feed/recorded-event.ts'
import { forgetTypes } from '../forget-types.ts'
import type { StreamDefinition } from '../stream/define-stream.ts'
import type { EventData } from '../stream/event-payloads.ts'
import { type FailurePolicy, resolveFailurePolicy } from './failure-policy.ts'
import type { ProjectionKind, StreamHandlers, UntypedHandler } from './projection-kind.ts'

/** Handles one event: within the transaction `tx`, where the projection has one. */
export type EventHandler<Event, Tx, Result> = (event: Event, tx: Tx) => Result

/** A handler for every event of a stream: one that is forgotten does not compile. */
export type AllHandlers<Definition, Tx, Result> =
  Definition extends StreamDefinition<infer Name, infer Events, infer _State>
    ? {
        readonly [Type in keyof Events & string]: EventHandler<
          RecordedEvent<Name, Type, EventData<Events[Type]>>,
          Tx,
          Result
        >
      } & { readonly otherwise?: undefined }
    : never

/** Handlers for some events of a stream, and what happens to the others. */
export type SomeHandlers<Definition, Tx, Result> =
  Definition extends StreamDefinition<infer Name, infer Events, infer _State>
    ? {
        readonly [Type in keyof Events & string]?: EventHandler<
          RecordedEvent<Name, Type, EventData<Events[Type]>>,
          Tx,
          Result
        >
      } & {
        /** `ignore`: on purpose, unseen, those included that the definition cannot decode. */
        readonly otherwise: 'ignore' | EventHandler<EventOf<Definition>, Tx, Result>
      }
    : never

/**
 * Handlers by the name of the stream. Written over names, not over definitions: TypeScript then knows the parameters of handlers
 * that are written in place.
 */
export type HandlersOf<Definitions extends readonly AnyStreamDefinition[], Tx, Result> = {
  readonly [Name in Definitions[number]['streamName']]:
    | AllHandlers<Extract<Definitions[number], { readonly streamName: Name }>, Tx, Result>
    | SomeHandlers<Extract<Definitions[number], { readonly streamName: Name }>, Tx, Result>
}

/** What every projection says about itself. */
export interface ProjectionBasics<Definitions extends readonly AnyStreamDefinition[], Tx, Result> {
  /** A letter, then at most 99 letters, digits, `_`, `.` or `-`. */
  readonly name: string
  /** 1, 2, 3, …: a new version has a checkpoint of its own and begins anew, beside the old one. */
  readonly version: number
  /** The kinds of streams that it listens to. */
  readonly streams: Definitions
  /** Creates its tables, if they are not there: runs in a transaction before the first event of each run. */
  readonly setUp?: (tx: Tx) => Result
  /** Empties or drops its tables, when it is rebuilt or dropped. */
  readonly reset?: (tx: Tx) => Result
  /** Makes this version the one that readers see (renames a table, replaces a view), in the transaction of the switch. */
  readonly activate?: (tx: Tx, previous: number | undefined) => Result
  readonly onFailure?: FailurePolicy
}

/** With a handler per event. */
export interface HandlerProjection<Definitions extends readonly AnyStreamDefinition[], Tx, Result>
  extends ProjectionBasics<Definitions, Tx, Result> {
  readonly handlers: HandlersOf<Definitions, Tx, Result>
  readonly batch?: undefined
}

/** With one handler for all events of a batch. */
export interface BatchProjection<Definitions extends readonly AnyStreamDefinition[], Tx, Result>
  extends ProjectionBasics<Definitions, Tx, Result> {
  readonly handlers?: undefined
  /** Gets at least one event, in feed order. If it fails, the batch is halved until the event is found that it fails on. */
  readonly batch: (events: readonly EventOf<Definitions[number]>[], tx: Tx) => Result
}

/** A read model and how events change it. Run it with a `ProjectionRunner`. */
export interface Projection<Tx> {
  readonly name: string
  readonly version: number
  /** @internal */
  readonly kind: ProjectionKind<Tx>
}

/** How a store's `defineProjection` is typed: its handlers get the store's transaction. */
export type DefineProjection<Tx, Result> = <const Definitions extends readonly AnyStreamDefinition[]>(
  specification: HandlerProjection<Definitions, Tx, Result> | BatchProjection<Definitions, Tx, Result>,
) => Projection<Tx>

/** A specification whose types are forgotten. */
interface UntypedSpecification<Tx> {
  readonly name: string
  readonly version: number
  readonly streams: readonly AnyStreamDefinition[]
  readonly handlers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly batch?: ProjectionKind<Tx>['batch']
  readonly setUp?: ProjectionKind<Tx>['setUp']
  readonly reset?: ProjectionKind<Tx>['reset']
  readonly activate?: ProjectionKind<Tx>['activate']
  readonly onFailure?: FailurePolicy
}

/**
 * Makes the `defineProjection` of a store, whose handlers run in the transaction in which the checkpoint moves.
 * @internal for stores
 */
export function defineProjectionFor<Tx, Result>(): DefineProjection<Tx, Result> {
  // The pairing of events and handlers was checked by the types, and is checked once more in there.
  return (specification) => projectionOf<Tx>(forgetTypes<UntypedSpecification<Tx>>(specification), 'inside')
}

/**
 * Defines a projection that writes elsewhere than in the event store: to a search index, a file, another database. Handlers
 * run before the checkpoint moves, so after a crash some events come **again**: keep `event.position` with what you write and
 * leave out what is there already. For a read model in the store's own database use the `defineProjection` of the store.
 * @throws InvalidDefinition (`INVALID_DEFINITION`), InvalidOptions (`INVALID_OPTIONS`)
 */
export const defineProjection: DefineProjection<unknown, unknown> = (specification) =>
  projectionOf<unknown>(forgetTypes<UntypedSpecification<unknown>>(specification), 'outside')

const PROJECTION_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/

export function projectionOf<Tx>(
  specification: UntypedSpecification<Tx>,
  delivery: ProjectionKind<Tx>['delivery'],
  from: ProjectionKind<Tx>['from'] = 'start',
): Projection<Tx> {
  const { name, version, streams: definitions, handlers, batch } = specification
  if (!PROJECTION_NAME.test(name))
    throw new InvalidDefinition(
      `${JSON.stringify(name)} cannot name a projection: a letter is expected, then at most 99 letters, digits, "_", "." or "-".`,
    )
  if (!Number.isSafeInteger(version) || version < 1)
    throw new InvalidDefinition(`Projection "${name}" has version ${version}; 1, 2, 3, … is expected.`)
  if ((handlers === undefined) === (batch === undefined))
    throw new InvalidDefinition(`Projection "${name}" needs either "handlers" or "batch".`)
  const streams = new Map<string, StreamHandlers<Tx>>()
  if (handlers !== undefined) {
    for (const definition of definitions) streams.set(definition.streamName, handlersOf(name, definition, handlers))
    for (const stream of Object.keys(handlers))
      if (!streams.has(stream))
        throw new InvalidDefinition(
          `Projection "${name}" handles the stream "${stream}", which is none of its streams.`,
        )
  }
  const kind: ProjectionKind<Tx> = {
    name,
    version,
    definitions,
    streams,
    batch,
    types: typesOf(streams),
    delivery,
    from,
    setUp: specification.setUp,
    reset: specification.reset,
    activate: specification.activate,
    onFailure: resolveFailurePolicy(specification.onFailure),
  }
  return { name, version, kind }
}

function handlersOf<Tx>(
  name: string,
  { streamName, events }: AnyStreamDefinition,
  handlers: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): StreamHandlers<Tx> {
  const given = Object.hasOwn(handlers, streamName) ? handlers[streamName] : undefined
  if (given === undefined)
    throw new InvalidDefinition(`Projection "${name}" has no handlers for its stream "${streamName}".`)
  const byType = new Map<string, UntypedHandler<Tx>>()
  for (const [type, handler] of Object.entries(given)) {
    if (type === 'otherwise') continue
    if (!Object.hasOwn(events, type))
      throw new InvalidDefinition(
        `Projection "${name}" handles "${type}", which is no event of stream "${streamName}".`,
      )
    // The types paired event and handler; what is left to check at run time is that it is one.
    if (typeof handler === 'function') byType.set(type, handler as UntypedHandler<Tx>)
  }
  const otherwise = given.otherwise as StreamHandlers<Tx>['otherwise']
  const forgotten = Object.keys(events).find((type) => !byType.has(type))
  if (otherwise === undefined && forgotten !== undefined)
    throw new InvalidDefinition(
      `Projection "${name}" has no handler for "${forgotten}" of stream "${streamName}". Add one, or say what happens to other events with "otherwise".`,
    )
  return { byType, otherwise }
}

/** If each stream ignores what it does not handle, the store need not send it. */
function typesOf<Tx>(streams: ReadonlyMap<string, StreamHandlers<Tx>>): readonly string[] | undefined {
  const all = [...streams.values()]
  if (all.length === 0 || all.some(({ otherwise }) => otherwise !== 'ignore')) return undefined
  return [...new Set(all.flatMap(({ byType }) => [...byType.keys()]))]
}
