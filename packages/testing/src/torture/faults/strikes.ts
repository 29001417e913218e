import { setTimeout as sleep } from 'node:timers/promises'
import { SeededRandom } from '../../workload/seeded-random.ts'
import type { Fault, Scene } from './fault.ts'
import type { FaultKind } from './fault-kind.ts'

export type StrikeCounts = Partial<Record<FaultKind, number>>

/**
 * Lets faults strike until it is over: each lane in an order and with pauses that the seed determines, every kind of a lane
 * before any comes again.
 */
export async function strikeUntilOver(
  faults: readonly Fault[],
  scene: Scene,
  random: SeededRandom,
  counts: StrikeCounts,
): Promise<void> {
  const lanes = Map.groupBy(faults, ({ lane }) => lane)
  await Promise.all(
    Array.from(lanes.values(), async (ofLane) => {
      const order = random.fork()
      while (!scene.over.aborted) {
        for (const fault of order.shuffle([...ofLane])) {
          // Drawn whatever happens meanwhile, so that the same seed gives the same faults.
          const pause = order.below(fault.pauseMs)
          const own = new SeededRandom(order.below(2 ** 31))
          if (!(await passes(pause, scene.over))) break
          if (await fault.strike(scene, own)) counts[fault.kind] = (counts[fault.kind] ?? 0) + 1
        }
      }
    }),
  )
}

/** Answers whether the time passed undisturbed. */
async function passes(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
