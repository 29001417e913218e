import { streamsNamed, workStream } from './worked-event.ts'
import type { PlannedCommand, Workload } from './workload.ts'

export interface LongReaderOptions {
  /** Default 60. */
  readonly streams?: number
  /** Share of slow commands; the others touch one of the streams. Default 0.1. */
  readonly share?: number
  /** The longest time over one read, in milliseconds. Default 8. */
  readonly thinkMs?: number
}

/**
 * Commands that take long between their reads and their commit, beside quick ones on the same streams: what they saw is often
 * out of date when they commit. Whoever lets them through is wrong; whoever never lets them through starves them.
 */
export function longReader({ streams = 60, share = 0.1, thinkMs = 8 }: LongReaderOptions = {}): Workload {
  const names = Array.from({ length: streams }, (_, i) => workStream(`slow-${i}`))
  return {
    name: 'long reader',
    owns: streamsNamed('slow-'),
    plan(random): PlannedCommand {
      const [first = workStream('slow-0'), ...others] = random.sample(names, 3)
      if (!random.chance(share)) {
        return {
          name: 'Touch',
          *decide() {
            yield [first]
            return [{ stream: first, amount: 1 }]
          },
        }
      }
      return {
        name: 'Ponder',
        readOnly: others,
        thinkMs: 1 + random.below(thinkMs),
        *decide() {
          for (const stream of [first, ...others]) yield [stream]
          return [{ stream: first, amount: 1 }]
        },
      }
    },
  }
}
