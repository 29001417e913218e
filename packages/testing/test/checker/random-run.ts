import type { SeededRandom } from '../../src/workload/seeded-random.ts'
import { type WrittenCommand, type WrittenRun, written } from './written-history.ts'

const STREAMS = ['x', 'y', 'z']

/**
 * A small history of a store that is usually right: commands commit one after another and read what is there. Sometimes
 * they read something older or newer, are torn apart, or have times that do not fit, so that about a third of the histories
 * is wrong, most of them only just.
 */
export function randomRun(random: SeededRandom): WrittenRun {
  const streams = STREAMS.slice(0, 1 + random.below(STREAMS.length))
  const count = 2 + random.below(5)
  const names = Array.from({ length: count }, (_, i) => `T${i}`)
  const written_ = names.map(() => (random.chance(0.25) ? [] : writesOf(streams, random)))

  // Which event follows which: commands one by one, or here and there all mixed up.
  let feed = names.flatMap((id, i) => (written_[i] ?? []).map((_, event) => [id, event] as const))
  if (random.chance(0.15)) feed = keepOwnOrder(random.shuffle([...feed]))

  const staleness = random.pick([0, 0, 0.1, 0.3, 0.8])
  // A store that checks only what it writes, under commands that write what they don't read: long cycles of `rw` steps.
  const skewed = random.chance(0.3)
  const timeShift = random.pick([0, 0, 4, 12])
  const width = 1 + random.below(20)
  const versions = new Map<string, number>()
  const commands = names.map((id, i): WrittenCommand => {
    const writes = written_[i] ?? []
    const reads: Record<string, number> = {}
    // Not every written stream was read: the checker must not rely on it.
    const readable = skewed ? streams.filter((stream) => !writes.includes(stream)) : streams
    for (const stream of random.sample(readable, 1 + random.below(skewed ? 1 : streams.length))) {
      const mistake = error(random, staleness)
      reads[stream] = Math.max(0, (versions.get(stream) ?? 0) + mistake)
    }
    for (const stream of writes) versions.set(stream, (versions.get(stream) ?? 0) + 1)
    return { id, reads, writes, ...fate(i, writes, random, width, timeShift) }
  })
  return written(random.shuffle(commands), feed)
}

function writesOf(streams: readonly string[], random: SeededRandom): readonly string[] {
  const writes = random.sample(streams, 1 + random.below(2))
  return random.chance(0.1) ? [...writes, random.pick(writes)] : writes
}

function error(random: SeededRandom, probability: number): number {
  if (!random.chance(probability)) return 0
  return random.pick([-2, -1, -1, -1, 1])
}

function fate(
  place: number,
  writes: readonly string[],
  random: SeededRandom,
  width: number,
  shift: number,
): Pick<WrittenCommand, 'at' | 'status'> {
  // Whole numbers in a narrow range, so that equal times occur.
  const middle = place * 4 + random.below(2 * shift + 1) - shift
  const invoked = middle - random.below(width)
  if (writes.length > 0 && random.chance(0.1)) return { status: 'info', at: [invoked] }
  return { at: [invoked, middle + random.below(width)] }
}

/** The events of one command keep their order, wherever they stand. */
function keepOwnOrder(feed: readonly (readonly [string, number])[]): (readonly [string, number])[] {
  const next = new Map<string, number>()
  return feed.map(([id]) => {
    const index = next.get(id) ?? 0
    next.set(id, index + 1)
    return [id, index] as const
  })
}
