import type { SeededRandom } from '../../src/workload/seeded-random.ts'
import { type WrittenCommand, type WrittenRun, written } from './written-history.ts'

/** A history as a right store leaves it: commits one after another, clients overlapping around them. */
export function soundCommands(random: SeededRandom, count: number, streamCount: number): WrittenCommand[] {
  const streams = Array.from({ length: streamCount }, (_, i) => `s${i}`)
  const versions = new Map<string, number>()
  return Array.from({ length: count }, (_, i): WrittenCommand => {
    const read = random.sample(streams, 3)
    const reads = Object.fromEntries(read.map((stream) => [stream, versions.get(stream) ?? 0]))
    const writes = random.chance(0.2) ? [] : read.slice(0, 1 + random.below(2))
    for (const stream of writes) versions.set(stream, (versions.get(stream) ?? 0) + 1)
    const moment = i * 10
    const at = [moment - random.below(60), moment + random.below(60)] as const
    return { id: `c${i}`, reads, writes, at }
  })
}

export function soundRun(random: SeededRandom, count: number, streamCount = 12): WrittenRun {
  return written(soundCommands(random, count, streamCount))
}
