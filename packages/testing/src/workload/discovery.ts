import type { SeededRandom } from './seeded-random.ts'
import { streamsNamed, workStream } from './worked-event.ts'
import { type PlannedCommand, seen, type Workload } from './workload.ts'

export interface DiscoveryOptions {
  /** Default 12. */
  readonly streams?: number
}

/**
 * Which stream is read next stands in the event that was just read, twice over; what is written points on. Streams found
 * on the way are only read: a store or engine that checks the declared or written ones misses their changes.
 */
export function discovery({ streams = 12 }: DiscoveryOptions = {}): Workload {
  const names = Array.from({ length: streams }, (_, i) => workStream(`found-${i}`))
  const follow = (random: SeededRandom): PlannedCommand => {
    const first = random.pick(names)
    const fallback = random.pick(names)
    const pointTo = random.pick(names)
    const writeLast = random.chance(0.5)
    const onlyLook = random.chance(0.2)
    return {
      name: 'Follow',
      *decide() {
        const second = seen(yield [first], first).next ?? fallback
        const third = seen(yield [second], second).next ?? fallback
        yield [third]
        // Read in three steps, so that even a decision to do nothing must be verified.
        if (onlyLook) return []
        return [{ stream: writeLast ? third : first, next: pointTo, amount: 1 }]
      },
    }
  }
  return { name: 'runtime discovery', owns: streamsNamed('found-'), plan: follow }
}
