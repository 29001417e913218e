import { setTimeout as sleep } from 'node:timers/promises'
import { SeededRandom } from '@eventcore/testing/checker'
import { type EventStore, type FeedEvent, subscribe } from 'eventcore'
import { deposited, wholeFeed, write } from './ledger.ts'

/** What the inline projection of the stores under test refuses, after it has been written: the transaction is rolled back. */
export const ROLLED_BACK = -1
/** What it takes its time for, between the event's position and the commit, where a store has such a time. */
export const SLOW = -2

/** What a reader tells of an event. */
export type Seen = Pick<FeedEvent, 'id' | 'stream' | 'version'> & Partial<Pick<FeedEvent, 'commit'>>

/** Reads all events from the first, and goes on until it is aborted. */
export type Reader = (store: EventStore, pageSize: number, signal: AbortSignal) => AsyncIterable<Seen>

export interface RaceReport {
  readonly committed: number
  readonly rolledBack: number
  /** Events of the feed that some reader did not see. */
  readonly missed: number
  /** Readers that saw other events than the feed has, or in another order, or one twice. */
  readonly wrong: number
  /** Events that some reader saw before an earlier one of their stream, or before one that their command had read. */
  readonly unordered: number
}

const feedReader: Reader = (store, pageSize, signal) => subscribe(store, { pageSize, signal })

/**
 * 16 writers with random pauses, own streams and shared ones, and transactions that are rolled back; readers that join at
 * random times, with pages of different sizes.
 */
export async function raceReaders(
  stores: readonly EventStore[],
  {
    commits,
    readers,
    seed,
    reader = feedReader,
    patienceMs = 30_000,
  }: {
    readonly commits: number
    readonly readers: number
    readonly seed: number
    readonly reader?: Reader
    /** For how long readers may lag behind the writers. */
    readonly patienceMs?: number
  },
): Promise<RaceReport> {
  const random = new SeededRandom(seed)
  const storeOf = (i: number): EventStore => stores[i % stores.length] as EventStore
  const controller = new AbortController()
  const total = commits * 2
  let rolledBack = 0
  const writing = Promise.all(
    Array.from({ length: 16 }, async (_, writer) => {
      const own = random.fork()
      const store = storeOf(writer)
      for (let i = writer; i < commits; i += 16) {
        if (own.next() < 0.05) await sleep(own.below(3))
        if (own.next() < 0.1) {
          const [refused] = await Promise.allSettled([write(store, deposited(`own-${writer}`, ROLLED_BACK))])
          if (refused?.status === 'rejected') rolledBack++
        }
        const amount = own.next() < 0.1 ? SLOW : i
        await write(store, deposited(`own-${writer}`, amount), deposited(`shared-${own.below(64)}`, i))
      }
    }),
  )
  const reading = Array.from({ length: readers }, async (_, number) => {
    await sleep(random.below(50))
    const order = new OrderCheck()
    for await (const event of reader(storeOf(number), 50 + number * 70, controller.signal)) {
      order.see(event)
      if (order.ids.length === total) break
    }
    return order
  })
  await writing
  const giveUp = setTimeout(() => controller.abort(), patienceMs)
  const seen = await Promise.all(reading)
  clearTimeout(giveUp)
  const feed = (await wholeFeed(storeOf(0))).map(({ id }) => id)
  const expected = feed.join()
  return {
    committed: new Set(feed).size,
    rolledBack,
    missed: feed.length - Math.min(...seen.map(({ ids }) => new Set(ids).size)),
    wrong: seen.filter(({ ids }) => ids.join() !== expected).length,
    unordered: seen.reduce((sum, { unordered }) => sum + unordered, 0),
  }
}

/** What one reader saw, and whether it came in an order in which it can have happened. */
class OrderCheck {
  readonly ids: string[] = []
  unordered = 0
  readonly #versions = new Map<string, number>()

  see({ id, stream, version, commit }: Seen): void {
    this.ids.push(id)
    const last = this.#versions.get(stream) ?? 0
    const early = commit?.reads.some((read) => (this.#versions.get(read.stream) ?? 0) < read.version) ?? false
    if (version !== last + 1 || early) this.unordered++
    this.#versions.set(stream, Math.max(last, version))
  }
}
