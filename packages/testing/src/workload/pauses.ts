import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import type { SeededRandom } from './seeded-random.ts'

/**
 * Delays between the steps of a command, so that every pair of steps of two commands gets its chance to interleave. A
 * barrier at the start alone never shows a version that was read after the events.
 */
export type Pause = () => Promise<void>

export const noPause: Pause = async () => {}

/** Mostly nothing, sometimes some turns of the event loop, rarely a few milliseconds. */
export function randomPauses(random: SeededRandom): Pause {
  return async () => {
    const dice = random.next()
    if (dice < 0.5) return
    if (dice < 0.95) for (let i = 1 + random.below(4); i > 0; i--) await turn()
    else await sleep(1 + random.below(4))
  }
}
