import {
  type AnyStreamDefinition,
  type EventOf,
  type EventStore,
  type FeedEvent,
  InvalidOptions,
  type SubscribeOptions,
  subscribe,
  type TypedSubscribeOptions,
} from 'eventcore'
import { renderEvent } from '../specification/render.ts'

/** How many events a collector keeps before it says that there are too many. */
const MOST = 100_000
const DEFAULT_TIMEOUT_MS = 5_000

export interface CollectorWait {
  /** Default 5,000. */
  readonly timeoutMs?: number
}

/** What a collector looks at of an event, to tell of it. */
interface Told {
  readonly stream: string
  readonly version: number
  readonly type: string
}

/** What was waited for did not come in time. The message tells what came instead. */
export class CollectorTimeout extends Error {
  override readonly name = 'CollectorTimeout'
  readonly code = 'COLLECTOR_TIMEOUT'

  constructor(waitedFor: string, timeoutMs: number, events: readonly Told[]) {
    const last = events
      .slice(-10)
      .map(({ stream, version, type }) => `  ${stream}@${version}  ${renderEvent(type, {})}`)
    const came = events.length === 0 ? 'No event came.' : `${events.length} came, the last ones:`
    super([`Waited ${timeoutMs} ms for ${waitedFor}. ${came}`, ...last].join('\n'))
  }
}

interface Waiter {
  /** Looks whether it is there now. */
  look(): void
  fail(error: unknown): void
}

/** Events as they come, for a test to wait for. Made by {@link collectEvents}. */
export class EventCollector<Event extends Told> {
  readonly #events: Event[] = []
  readonly #waiters = new Set<Waiter>()
  readonly #ended: Promise<void>
  readonly #abort: () => void
  #failure: { readonly error: unknown } | undefined

  /** @internal */
  constructor(events: AsyncIterable<Event>, abort: () => void) {
    this.#abort = abort
    this.#ended = this.#collect(events).catch((error: unknown) => {
      this.#failure = { error }
      for (const waiter of [...this.#waiters]) waiter.fail(error)
    })
  }

  /** All that came so far, in feed order. */
  get events(): readonly Event[] {
    return this.#events
  }

  /**
   * The first so many events, once they are there.
   * @throws CollectorTimeout (`COLLECTOR_TIMEOUT`), and what the subscription failed with
   */
  async take(count: number, wait?: CollectorWait): Promise<readonly Event[]> {
    const enough = (): readonly Event[] | undefined =>
      this.#events.length >= count ? this.#events.slice(0, count) : undefined
    return await this.#wait(`${count} events`, enough, wait)
  }

  /**
   * The first event that fulfils it, one that is there already or one that comes.
   * @throws CollectorTimeout (`COLLECTOR_TIMEOUT`), and what the subscription failed with
   */
  async find(matches: (event: Event) => boolean, wait?: CollectorWait): Promise<Event> {
    let looked = 0
    const next = (): Event | undefined => {
      while (looked < this.#events.length) {
        const event = this.#events[looked++]
        if (event !== undefined && matches(event)) return event
      }
      return undefined
    }
    return await this.#wait('an event that fulfils the condition', next, wait)
  }

  /** Ends the subscription. @throws what it failed with, if nobody was told before */
  async stop(): Promise<void> {
    this.#abort()
    await this.#ended
    if (this.#failure !== undefined) throw this.#failure.error
  }

  async #collect(events: AsyncIterable<Event>): Promise<void> {
    for await (const event of events) {
      if (this.#events.length === MOST)
        throw new Error(
          `A collector keeps ${MOST} events, and more came. Give it a filter, or follow the feed yourself.`,
        )
      this.#events.push(event)
      for (const waiter of [...this.#waiters]) waiter.look()
    }
  }

  async #wait<Found>(what: string, look: () => Found | undefined, { timeoutMs }: CollectorWait = {}): Promise<Found> {
    const limit = timeoutMs ?? DEFAULT_TIMEOUT_MS
    if (!(limit > 0)) throw new InvalidOptions('timeoutMs', limit, 'a number above 0')
    const found = look()
    if (found !== undefined) return found
    if (this.#failure !== undefined) throw this.#failure.error
    return await new Promise<Found>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#waiters.delete(waiter)
      }
      const waiter: Waiter = {
        look: () => {
          try {
            const now = look()
            if (now === undefined) return
            end()
            resolve(now)
          } catch (error) {
            // Of a condition of the user's.
            waiter.fail(error)
          }
        },
        fail: (error) => {
          end()
          reject(error)
        },
      }
      const timer = setTimeout(() => waiter.fail(new CollectorTimeout(what, limit, this.#events)), limit)
      this.#waiters.add(waiter)
    })
  }
}

/** What is collected: a subscription without its `signal`, which the collector has itself. */
export type CollectOptions = Omit<SubscribeOptions, 'signal'>

/** The same, with the definitions of the streams: events are typed and decoded. */
export type TypedCollectOptions<Definitions extends readonly AnyStreamDefinition[]> = Omit<
  TypedSubscribeOptions<Definitions>,
  'signal'
>

/**
 * Collects events as they are committed, so that a test can wait for them. From the first event on, unless `after` says
 * otherwise. Stop it in the end.
 *
 * @example
 * ```ts
 * const collector = collectEvents(store, { streams: [Account] })
 * await executor.execute(Deposit({ account: 'alice', amount: 5 }))
 * const deposited = await collector.find((event) => event.type === 'MoneyDeposited')
 * await collector.stop()
 * ```
 */
export function collectEvents<const Definitions extends readonly AnyStreamDefinition[]>(
  store: EventStore,
  options: TypedCollectOptions<Definitions>,
): EventCollector<EventOf<Definitions[number]>>
export function collectEvents(store: EventStore, options?: CollectOptions): EventCollector<FeedEvent>
export function collectEvents(
  store: EventStore,
  options: CollectOptions & { readonly streams?: readonly AnyStreamDefinition[] } = {},
): EventCollector<Told> {
  const aborting = new AbortController()
  const { signal } = aborting
  const { streams, ...rest } = options
  const events: AsyncIterable<Told> =
    streams === undefined ? subscribe(store, { ...rest, signal }) : subscribe(store, { ...rest, streams, signal })
  return new EventCollector(events, () => aborting.abort())
}
