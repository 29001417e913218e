import type { SeededRandom } from '../../workload/seeded-random.ts'
import type { Fault } from './fault.ts'

const HOUR_MS = 3_600_000

/** Often back to the true time: the jump is as far then. */
const jump = (random: SeededRandom): number => (random.chance(0.3) ? 0 : random.below(2 * HOUR_MS) - HOUR_MS)

export const clockFaults: readonly Fault[] = [
  {
    kind: 'clock',
    summary: 'the clock of a client process jumps by up to an hour, in either direction',
    lane: 'clock',
    pauseMs: 700,
    async strike({ crew }, random) {
      const victim = await crew.pick(random)
      victim.moveClock(jump(random))
      return true
    },
  },
  {
    kind: 'server-clock',
    summary: 'the clock of the server jumps by up to an hour, in either direction (needs libfaketime)',
    lane: 'clock',
    pauseMs: 700,
    async strike({ arena: { server } }, random) {
      if (server?.clock === undefined) return false
      server.clock.move(jump(random))
      return true
    },
  },
]
