import { assertOptions, optionCheck } from '../option-checks.ts'
import type { EventStore } from '../store/event-store.ts'
import type { FeedEvent, FeedFilter } from '../store/feed.ts'
import type { Cursor } from '../store/position.ts'
import { EventDecoder } from './event-decoder.ts'
import type { AnyRecordedEvent, AnyStreamDefinition, EventOf } from './recorded-event.ts'
import { READING_UNAVAILABLE_MS, Subscription } from './subscription.ts'

const DEFAULT_PAGE_SIZE = 1_000

/** Which events, and from where. */
export interface SubscribeOptions {
  /** Exclusive. Default: from the first event. For new events only, give `await store.headCursor()`. */
  readonly after?: Cursor | undefined
  /**
   * Which events, applied by the store: whole stream ids, a prefix, a pattern, event types. On top of the stream
   * definitions, where they are given.
   */
  readonly filter?: FeedFilter
  /** How many events are read at a time. Default 1,000. */
  readonly pageSize?: number
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal
  /**
   * For how many milliseconds in a row a store that cannot be reached is tried again, with growing random pauses of up to 30 s;
   * then the iteration ends with the store's error. Default: of `subscribe`, which waits anyway, without an end (`Infinity`), until
   * the signal is aborted, and `unavailable` of the subscription tells that it waits for the store; of `readEvents` 30,000.
   */
  readonly unavailableMs?: number
}

/** The same, with the definitions of the streams: events are typed and decoded. */
export interface TypedSubscribeOptions<Definitions extends readonly AnyStreamDefinition[]> extends SubscribeOptions {
  /** Only events of these kinds of streams. An event that its definition cannot read is an error, never skipped. */
  readonly streams: Definitions
}

/**
 * Follows all committed events after a cursor, and never ends by itself: at the head it waits for more, without polling
 * where the store can wake it, and while the store is away it waits for that. Every subscriber sees every event once, in one order, which agrees with the order of each
 * stream and with causality.
 *
 * @example
 * ```ts
 * for await (const event of subscribe(store, { streams: [Account, Limits], signal })) {
 *   if (event.type === 'MoneyDeposited') console.log(event.key, event.data.amount)
 * }
 * ```
 * @throws InvalidOptions (`INVALID_OPTIONS`), InvalidDefinition (`INVALID_DEFINITION`)
 */
export function subscribe<const Definitions extends readonly AnyStreamDefinition[]>(
  store: EventStore,
  options: TypedSubscribeOptions<Definitions>,
): Subscription<EventOf<Definitions[number]>>
export function subscribe(store: EventStore, options?: SubscribeOptions): Subscription<FeedEvent>
export function subscribe(
  store: EventStore,
  options: SubscribeOptions & { readonly streams?: readonly AnyStreamDefinition[] } = {},
): Subscription<FeedEvent> | Subscription<AnyRecordedEvent> {
  return subscriptionOf(store, options, true)
}

/**
 * Reads all committed events after a cursor up to the head, and ends there. What {@link subscribe} promises holds.
 * @throws InvalidOptions (`INVALID_OPTIONS`), InvalidDefinition (`INVALID_DEFINITION`)
 */
export function readEvents<const Definitions extends readonly AnyStreamDefinition[]>(
  store: EventStore,
  options: TypedSubscribeOptions<Definitions>,
): Subscription<EventOf<Definitions[number]>>
export function readEvents(store: EventStore, options?: SubscribeOptions): Subscription<FeedEvent>
export function readEvents(
  store: EventStore,
  options: SubscribeOptions & { readonly streams?: readonly AnyStreamDefinition[] } = {},
): Subscription<FeedEvent> | Subscription<AnyRecordedEvent> {
  return subscriptionOf(store, options, false)
}

function subscriptionOf(
  store: EventStore,
  options: SubscribeOptions & { readonly streams?: readonly AnyStreamDefinition[] },
  live: boolean,
): Subscription<FeedEvent> | Subscription<AnyRecordedEvent> {
  assertOptions<SubscribeOptions & { readonly streams?: readonly AnyStreamDefinition[] }>('a subscription', options, {
    after: optionCheck.text,
    filter: optionCheck.object,
    pageSize: optionCheck.wholeNumber(1),
    signal: optionCheck.signal,
    unavailableMs: optionCheck.number(0),
    streams: optionCheck.list,
  })
  const { after, filter = {}, pageSize = DEFAULT_PAGE_SIZE, signal, streams } = options
  const { unavailableMs = live ? Number.POSITIVE_INFINITY : READING_UNAVAILABLE_MS } = options
  assertFilter(filter)
  const settings = { after, pageSize, signal, live, unavailableMs, random: Math.random }
  if (streams === undefined)
    return new Subscription(store, { ...settings, filter, decode: (event: FeedEvent) => event })
  const decoder = new EventDecoder(streams)
  return new Subscription(store, {
    ...settings,
    filter: decoder.filter(filter),
    decode: (event: FeedEvent) => (decoder.concerns(event) ? decoder.decode(event) : undefined),
  })
}

/** A part that is misspelt would let everything through. */
function assertFilter(filter: FeedFilter): void {
  assertOptions<FeedFilter>(
    'a filter',
    filter,
    {
      streams: optionCheck.list,
      prefix: optionCheck.string,
      prefixes: optionCheck.list,
      pattern: optionCheck.string,
      types: optionCheck.list,
    },
    'filter',
  )
}
