import { setTimeout as sleep } from 'node:timers/promises'
import { SeededRandom } from '@eventcore/testing'
import { type EventStore, subscribe } from 'eventcore'
import { deposited, wholeFeed, write } from './ledger.ts'

export interface RaceReport {
  readonly committed: number
  /** Readers that saw other events than the feed has, or in another order. */
  readonly wrong: number
  /** Events that stand before an earlier one of their stream. */
  readonly unordered: number
}

/**
 * 16 writers with random pauses, own streams and shared ones, and abandoned attempts; readers that join at random times, with
 * pages of different sizes.
 */
export async function raceReaders(
  stores: readonly EventStore[],
  { commits, readers, seed }: { readonly commits: number; readonly readers: number; readonly seed: number },
): Promise<RaceReport> {
  const random = new SeededRandom(seed)
  const storeOf = (i: number): EventStore => stores[i % stores.length] as EventStore
  const controller = new AbortController()
  const total = commits * 2
  const writing = Promise.all(
    Array.from({ length: 16 }, async (_, writer) => {
      const own = random.fork()
      for (let i = writer; i < commits; i += 16) {
        if (own.next() < 0.05) await sleep(own.below(3))
        await write(storeOf(writer), deposited(`own-${writer}`, i), deposited(`shared-${own.below(64)}`, i))
      }
    }),
  )
  const reading = Array.from({ length: readers }, async (_, reader) => {
    await sleep(random.below(50))
    const ids: string[] = []
    const { signal } = controller
    for await (const { id } of subscribe(storeOf(reader), { pageSize: 50 + reader * 70, signal })) {
      ids.push(id)
      if (ids.length === total) break
    }
    return ids
  })
  await writing
  const giveUp = setTimeout(() => controller.abort(), 30_000)
  const seen = await Promise.all(reading)
  clearTimeout(giveUp)
  const feed = await wholeFeed(storeOf(0))
  const versions = new Map<string, number>()
  let unordered = 0
  for (const { stream, version } of feed) {
    if (version !== (versions.get(stream) ?? 0) + 1) unordered++
    versions.set(stream, version)
  }
  const expected = feed.map(({ id }) => id).join()
  return {
    committed: new Set(feed.map(({ id }) => id)).size,
    wrong: seen.filter((ids) => ids.join() !== expected).length,
    unordered,
  }
}
