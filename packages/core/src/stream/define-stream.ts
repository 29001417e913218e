import type { StandardSchemaV1 } from '@standard-schema/spec'
import { InvalidDefinition } from '../errors/definition-errors.ts'
import { forgetTypes } from '../forget-types.ts'
import type { EventData, EventInput } from './event-payloads.ts'
import type { EventSchemas, PayloadOf } from './event-schema.ts'
import type { Fold, FoldedEvent, NextState } from './fold.ts'
import type { JsonOnly } from './json-compatible.ts'
import { type SnapshotOf, type SnapshotPolicy, snapshotRule } from './snapshot-policy.ts'
import { assertStreamId } from './stream-id.ts'
import type { StreamKind, UntypedStep } from './stream-kind.ts'
import type { Access, StreamReference, StreamsReference } from './stream-reference.ts'

/**
 * A kind of stream: what events it has and how they fold. Call it with an id to refer to one stream of the kind.
 *
 * `Events` holds plain types, the payload of each event type, and {@link Converted} where a schema converts: a constant's
 * type names nothing of the schema library that it was defined with.
 */
export interface StreamDefinition<Name extends string, Events, State> {
  /**
   * Refers to the stream `name/id`, to read and to write.
   * @throws InvalidStreamId (`INVALID_STREAM_ID`)
   */
  (id: string): StreamReference<Name, Events, State, 'read-write'>
  readonly streamName: Name
  /** The schema of each event type. */
  readonly events: {
    readonly [Type in keyof Events]: StandardSchemaV1<EventInput<Events[Type]>, EventData<Events[Type]>>
  }
  /** The same stream, which the command can read and not write. It is checked all the same when the command commits. */
  readOnly(id: string): StreamReference<Name, Events, State, 'read-only'>
  /**
   * Several streams of this kind; duplicates are merged. `object`, since one text can be iterated over too: letter by letter.
   * @throws InvalidStreamId (`INVALID_STREAM_ID`), InvalidDefinition (`INVALID_DEFINITION`) for one text, which is no list of ids
   */
  many(ids: Iterable<string> & object): StreamsReference<Name, Events, State, 'read-write'>
  /** Several streams of this kind, which the command can read and not write. */
  manyReadOnly(ids: Iterable<string> & object): StreamsReference<Name, Events, State, 'read-only'>
  /**
   * The same streams seen through another fold: a command folds what it needs. Define it at module level, once: the state
   * cache knows a view by its identity.
   */
  view<View>(fold: Fold<Events, View>): StreamDefinition<Name, Events, View>
  /** The whole stream id: `account/alice` for `Account.idOf('alice')`. */
  idOf(id: string): string
}

/** The state that a stream folds into: `StateOf<typeof Account>`. */
export type StateOf<Definition> =
  Definition extends StreamDefinition<string, infer _Events, infer State> ? Readonly<State> : never

/** The payloads of a stream's events, by event type: `EventsOf<typeof Account>['MoneyDeposited']`. */
export type EventsOf<Definition> =
  Definition extends StreamDefinition<string, infer Events, infer _State> ? Events : never

/** What {@link defineStream} takes. */
export interface StreamSpecification<Schemas extends EventSchemas, State> {
  /** The schema of each event type. What is not JSON is refused at compile time. */
  readonly events: { readonly [Type in keyof Schemas]: JsonOnly<Schemas[Type]> }
  /** The state of a stream without events. */
  readonly initial: () => State
  /** How each event changes the state: every event is named, and one that is forgotten does not compile. */
  readonly apply: StepsBySchema<Schemas, State>
  /** For long streams: keeps the folded state in the store. Default: every process folds from the first event. */
  readonly snapshot?: SnapshotOf<NoInfer<State>>
}

/** A step for every event. They do not take part in the inference of the schemas. */
type StepsBySchema<Schemas extends EventSchemas, State> = {
  // Written out and not named: the compiler then works out the payloads only of the steps that look at theirs.
  readonly [Type in keyof NoInfer<Schemas>]: (
    state: NoInfer<Readonly<State>>,
    data: StandardSchemaV1.InferOutput<Schemas[Type]>,
    event: FoldedEvent,
  ) => NextState<State>
}

/** A stream's name: the part of the stream id before the first `/`. */
const STREAM_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/

/**
 * Defines a kind of stream: its events, and the state that they fold into.
 *
 * Stream ids have one format: the stream's name, `/`, and an id of yours, which may contain `/` too. The whole id has at
 * most 255 code points and compares byte by byte.
 *
 * @example
 * ```ts
 * const Account = defineStream('account', {
 *   events: {
 *     AccountOpened: z.object({ owner: z.string() }),
 *     MoneyDeposited: z.object({ amount: z.int().positive() }),
 *   },
 *   initial: () => ({ open: false, balance: 0 }),
 *   apply: {
 *     AccountOpened: (state) => ({ ...state, open: true }),
 *     MoneyDeposited: (state, { amount }) => ({ ...state, balance: state.balance + amount }),
 *   },
 * })
 * Account('alice').stream // 'account/alice'
 * ```
 * @throws InvalidDefinition (`INVALID_DEFINITION`) when the name has other than letters, digits, `_`, `.`, `-`, when an
 * event's name is empty, longer than 255 characters or not well-formed, when its schema is no Standard Schema, when an
 * event has no step or a step no event, or when `initial` is no function.
 */
export function defineStream<const Name extends string, Schemas extends EventSchemas, State>(
  name: Name,
  specification: StreamSpecification<Schemas, State>,
): StreamDefinition<Name, { [Type in keyof Schemas]: PayloadOf<Schemas[Type]> }, State> {
  type Events = { [Type in keyof Schemas]: PayloadOf<Schemas[Type]> }
  if (!STREAM_NAME.test(name))
    throw new InvalidDefinition(
      `${JSON.stringify(name)} cannot name a stream: a letter is expected, then at most 63 letters, digits, "_", "." or "-".`,
    )
  // The types say the same of the schemas and of their payloads; only the compiler cannot follow while `Schemas` is open.
  const { events, ...fold } = forgetTypes<Specified<Events, State>>(specification)
  return definitionOf<Name, Events, State>(name, events, fold, new Set())
}

/** A specification by the payloads of its schemas. */
interface Specified<Events, State> extends Fold<Events, State> {
  readonly events: StreamDefinition<string, Events, State>['events']
}

function definitionOf<Name extends string, Events, State>(
  name: Name,
  events: StreamDefinition<Name, Events, State>['events'],
  fold: Fold<Events, State>,
  snapshots: Set<string>,
): StreamDefinition<Name, Events, State> {
  const kind = kindOf(name, events, fold)
  if (kind.snapshot !== undefined) {
    // Two folds would take each other's states for their own.
    if (snapshots.has(kind.snapshot.fold))
      throw new InvalidDefinition(
        `Two folds of stream "${name}" keep snapshots as "${kind.snapshot.fold}". Give each a name of its own.`,
      )
    snapshots.add(kind.snapshot.fold)
  }
  const idOf = (id: string): string => {
    // "account/" and "account/undefined" would pass as ids, and are forgotten ids.
    if (typeof id !== 'string' || id === '') assertStreamId(id, name)
    const stream = `${name}/${id}`
    assertStreamId(stream)
    return stream
  }
  const refer = <Mode extends Access>(id: string, access: Mode): StreamReference<Name, Events, State, Mode> => ({
    kind: 'stream',
    access,
    stream: idOf(id),
    definition: kind,
  })
  const referMany = <Mode extends Access>(
    ids: Iterable<string>,
    access: Mode,
  ): StreamsReference<Name, Events, State, Mode> => {
    if (typeof ids === 'string')
      throw new InvalidDefinition(
        `Several streams "${name}" were asked for by the text ${JSON.stringify(ids)}. Give a list of ids: the letters of a text are none.`,
      )
    // `new Set(undefined)` is empty: a forgotten list would read nothing, in silence.
    if (typeof ids?.[Symbol.iterator] !== 'function')
      throw new InvalidDefinition(`Several streams "${name}" were asked for by ${String(ids)}. Give a list of ids.`)
    const unique = [...new Set(ids)]
    return { kind: 'streams', access, ids: unique, streams: unique.map(idOf), definition: kind }
  }
  return Object.assign((id: string) => refer(id, 'read-write'), {
    streamName: name,
    events,
    readOnly: (id: string) => refer(id, 'read-only'),
    many: (ids: Iterable<string>) => referMany(ids, 'read-write'),
    manyReadOnly: (ids: Iterable<string>) => referMany(ids, 'read-only'),
    view: <View>(view: Fold<Events, View>) => definitionOf(name, events, view, snapshots),
    idOf,
  })
}

function kindOf(
  name: string,
  events: EventSchemas,
  fold: {
    readonly initial: () => unknown
    readonly apply: Readonly<Record<string, unknown>>
    // The types admit a policy only; what stands for it where the state is not JSON is a message.
    readonly snapshot?: SnapshotPolicy | string
  },
): StreamKind {
  if (typeof fold.initial !== 'function')
    throw new InvalidDefinition(
      `A fold of stream "${name}" has no function "initial". Give one that returns the state of a stream without events.`,
    )
  const schemas = new Map(Object.entries(events))
  const steps = new Map<string, UntypedStep>()
  for (const [type, schema] of schemas) {
    if (type === '' || type.length > 255 || type.includes('\0') || !type.isWellFormed())
      throw new InvalidDefinition(
        `${JSON.stringify(type)} cannot name an event of stream "${name}": 1 to 255 well-formed characters without U+0000 are expected.`,
      )
    if (schema?.['~standard']?.version !== 1)
      throw new InvalidDefinition(
        `The schema of event "${type}" of stream "${name}" does not implement Standard Schema version 1. Use Zod, Valibot, ArkType or unchecked<T>().`,
      )
    const step = Object.hasOwn(fold.apply, type) ? fold.apply[type] : undefined
    if (typeof step !== 'function')
      throw new InvalidDefinition(`Stream "${name}" has the event "${type}", and its fold has no step for it.`)
    // The engine folds events of which it knows the type only at run time; the pairing of type and step was checked above.
    steps.set(type, step as UntypedStep)
  }
  for (const type of Object.keys(fold.apply))
    if (!schemas.has(type))
      throw new InvalidDefinition(`The fold of stream "${name}" has a step for "${type}", which is no event of it.`)
  const { initial, snapshot } = fold
  return {
    name,
    schemas,
    initial,
    steps,
    snapshot: typeof snapshot === 'object' ? snapshotRule(name, snapshot) : undefined,
  }
}
