import { InvalidDefinition } from '../errors/definition-errors.ts'
import { EventDecoder } from '../feed/event-decoder.ts'
import type { AnyRecordedEvent, AnyStreamDefinition, EventOf, RecordedEvent } from '../feed/recorded-event.ts'
import { READING_UNAVAILABLE_MS, Subscription } from '../feed/subscription.ts'
import { forgetTypes } from '../forget-types.ts'
import { freezeDeeply } from '../payload/freeze-deeply.ts'
import type { EventStore } from '../store/event-store.ts'
import type { FeedFilter } from '../store/feed.ts'
import type { Cursor } from '../store/position.ts'
import type { StreamDefinition } from '../stream/define-stream.ts'
import type { EventData } from '../stream/event-payloads.ts'

const PAGE_SIZE = 1_000

/** One step of a live projection. Pure: it returns the next state, and changes nothing in place. */
export type LiveStep<State, Event> = (state: State, event: Event) => State

/** A step for every event of a stream, or for some with a word about the others. */
export type LiveSteps<Definition, State> =
  Definition extends StreamDefinition<infer Name, infer Events, infer _State>
    ?
        | ({
            readonly [Type in keyof Events & string]: LiveStep<
              State,
              RecordedEvent<Name, Type, EventData<Events[Type]>>
            >
          } & { readonly otherwise?: undefined })
        | ({
            readonly [Type in keyof Events & string]?: LiveStep<
              State,
              RecordedEvent<Name, Type, EventData<Events[Type]>>
            >
          } & { readonly otherwise: 'ignore' | LiveStep<State, EventOf<Definition>> })
    : never

export interface LiveSpecification<Definitions extends readonly AnyStreamDefinition[], State> {
  /** Whose events are folded. */
  readonly streams: Definitions
  /** The state before the first event. */
  readonly initial: () => State
  /** By the name of the stream. */
  readonly apply: {
    readonly [Name in Definitions[number]['streamName']]: LiveSteps<
      Extract<Definitions[number], { readonly streamName: Name }>,
      NoInfer<State>
    >
  }
}

/** A state with how far in the feed it goes. */
export interface LiveState<State> {
  readonly state: State
  readonly cursor: Cursor | undefined
}

/** A fold over the feed, made when somebody asks. */
export interface LiveProjection<State> {
  /**
   * Folds the events up to the head. Memory: the state and one page. Keep the answer and give it as `from` to fold only what came
   * since. `filter` narrows it down: one stream, a prefix, a pattern.
   * @throws EventDecodeError (`EVENT_DECODE_ERROR`), InvalidCursor (`INVALID_CURSOR`)
   */
  read(
    store: EventStore,
    options?: { readonly filter?: FeedFilter; readonly from?: LiveState<State>; readonly signal?: AbortSignal },
  ): Promise<LiveState<State>>
}

type UntypedSteps = Readonly<
  Record<string, ((state: unknown, event: AnyRecordedEvent) => unknown) | 'ignore' | undefined>
>

/**
 * Defines a read model that is kept nowhere: its state is folded from the feed, over the events of several streams in the order
 * in which they were committed, whenever it is read.
 * @throws InvalidDefinition (`INVALID_DEFINITION`)
 */
export function defineLiveProjection<const Definitions extends readonly AnyStreamDefinition[], State>(
  specification: LiveSpecification<Definitions, State>,
): LiveProjection<State> {
  const { streams, initial } = specification
  // The pairing of events and steps was checked by the types; the fold knows them at run time only.
  const steps = new Map(Object.entries(forgetTypes<Record<string, UntypedSteps>>(specification.apply)))
  assertSteps(streams, steps)
  const types = [...steps.values()].every(({ otherwise }) => otherwise === 'ignore')
    ? [...new Set([...steps.values()].flatMap((own) => Object.keys(own).filter((type) => type !== 'otherwise')))]
    : undefined
  return {
    async read(store, { filter = {}, from, signal } = {}) {
      const decoder = new EventDecoder(streams)
      let state: unknown = from === undefined ? initial() : from.state
      const events = new Subscription(store, {
        after: from?.cursor,
        filter: decoder.filter(types === undefined || filter.types !== undefined ? filter : { ...filter, types }),
        pageSize: PAGE_SIZE,
        signal,
        live: false,
        random: Math.random,
        unavailableMs: READING_UNAVAILABLE_MS,
        decode: (event) => {
          if (!decoder.concerns(event)) return undefined
          const own = steps.get(event.stream.slice(0, event.stream.indexOf('/')))
          const step = own?.[event.type] ?? own?.otherwise
          // Without a step the definition does not know the event either: decoding it says so.
          return step === 'ignore' ? undefined : { event: decoder.decode(event), step }
        },
      })
      for await (const { event, step } of events) if (step !== undefined) state = step(state, event)
      signal?.throwIfAborted()
      // It began as a State, and every step returned one.
      return { state: freezeDeeply(state) as State, cursor: events.cursor }
    },
  }
}

function assertSteps(streams: readonly AnyStreamDefinition[], steps: ReadonlyMap<string, UntypedSteps>): void {
  for (const { streamName, events } of streams) {
    const own = steps.get(streamName)
    if (own === undefined) throw new InvalidDefinition(`A live projection has no steps for its stream "${streamName}".`)
    const forgotten =
      own.otherwise === undefined ? Object.keys(events).find((type) => own[type] === undefined) : undefined
    if (forgotten !== undefined)
      throw new InvalidDefinition(
        `A live projection has no step for "${forgotten}" of stream "${streamName}". Add one, or say what happens to other events with "otherwise".`,
      )
  }
}
