import { setImmediate } from 'node:timers/promises'
import type { EventStore } from '../store/event-store.ts'
import type { FeedEvent, FeedFilter, FeedPage } from '../store/feed.ts'
import type { Cursor } from '../store/position.ts'
import { whileUnavailable } from './patience.ts'

/** One waiting call; another follows it when nothing came. */
const WAIT_MS = 10_000

/** For how long an outage is waited out by those who read up to the head: somebody waits for their answer. */
export const READING_UNAVAILABLE_MS = 30_000

/** Some events in feed order, and where to go on after them. */
export interface EventPage<Event> {
  readonly events: readonly Event[]
  /** Behind everything that was looked at up to here. `undefined` only while the feed is empty and none was given. */
  readonly cursor: Cursor | undefined
  /** Whether the page reached the end of what was readable. */
  readonly atHead: boolean
}

/** What a subscription works with. @internal */
export interface SubscriptionSettings<Event> {
  readonly after: Cursor | undefined
  readonly filter: FeedFilter
  readonly pageSize: number
  readonly signal: AbortSignal | undefined
  readonly live: boolean
  readonly random: () => number
  /** For how long a store that is away is tried again. */
  readonly unavailableMs: number
  /** `undefined`: the event is of no concern. */
  readonly decode: (event: FeedEvent) => Event | undefined
}

/**
 * Committed events, in feed order, each once: `for await (const event of subscription)`. While a page is consumed the next one
 * is read, and no further, so a slow consumer holds nothing up and costs two pages of memory.
 */
export class Subscription<Event> implements AsyncIterable<Event> {
  readonly #store: EventStore
  readonly #settings: SubscriptionSettings<Event>
  #cursor: Cursor | undefined
  #unavailable: unknown

  /** @internal */
  constructor(store: EventStore, settings: SubscriptionSettings<Event>) {
    this.#store = store
    this.#settings = settings
    this.#cursor = settings.after
  }

  /**
   * Where to go on: keep it, and give it as `after` to the next subscription, in this process or another. It moves when all
   * events of a page were consumed, so that after a crash at most a page is seen again; tell by the position or the id.
   */
  get cursor(): Cursor | undefined {
    return this.#cursor
  }

  /**
   * While the store is away and is tried again: the error of the last attempt. `undefined` otherwise. Whoever waits for the next
   * event does not see that none can come: look at it where it matters.
   */
  get unavailable(): unknown {
    return this.#unavailable
  }

  /**
   * Event by event. Ends when the signal is aborted, and, if it is not live, at the head.
   * @throws EventDecodeError (`EVENT_DECODE_ERROR`) at the place of an event that cannot be decoded, after those before it;
   * {@link cursor} stays before its page. InvalidCursor (`INVALID_CURSOR`) when the cursor is not the store's.
   * StoreUnavailable (`STORE_UNAVAILABLE`) when the store was away for longer than `unavailableMs`.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    for await (const { events, cursor } of this.#read()) {
      for (const event of events) {
        const decoded = this.#settings.decode(event)
        if (decoded === undefined) continue
        yield decoded
        if (this.#settings.signal?.aborted === true) return
      }
      this.#cursor = cursor
    }
  }

  /**
   * Page by page, each with the cursor behind it: for consumers that keep the cursor with what they made of the page. Pages
   * without events are passed on too when they moved the cursor.
   */
  async *pages(): AsyncGenerator<EventPage<Event>, void, undefined> {
    for await (const { events, cursor, atHead } of this.#read()) {
      const decoded: Event[] = []
      for (const event of events) {
        const one = this.#settings.decode(event)
        if (one !== undefined) decoded.push(one)
      }
      yield { events: decoded, cursor, atHead }
      this.#cursor = cursor
    }
  }

  async *#read(): AsyncGenerator<EventPage<FeedEvent>, void, undefined> {
    const { signal, live, filter, pageSize, random, unavailableMs: limitMs } = this.#settings
    const report = (error: unknown): void => {
      this.#unavailable = error
    }
    const waiting = { signal, random, limitMs, report }
    let after = this.#cursor
    let ahead: Promise<FeedPage> | undefined
    const read = (): Promise<FeedPage> => {
      const page = ahead ?? this.#store.readFeed({ after, limit: pageSize, filter })
      ahead = undefined
      return page
    }
    while (signal?.aborted !== true) {
      const page = await whileUnavailable(read, waiting)
      if (page === undefined) return
      const moved = page.events.length > 0 || page.cursor !== after
      after = page.cursor
      if (!page.atHead) {
        ahead = read()
        // Whoever comes for the page is told, and nobody may come.
        ahead.catch(() => undefined)
        // So that it is on its way before the consumer, who may never wait for anything, keeps the event loop to itself.
        await setImmediate()
      }
      if (moved) yield page
      if (!page.atHead) continue
      if (!live) return
      const cursor = after
      await whileUnavailable(
        () => this.#store.waitForEvents(cursor, { timeoutMs: WAIT_MS, ...(signal === undefined ? {} : { signal }) }),
        waiting,
      )
    }
  }
}
