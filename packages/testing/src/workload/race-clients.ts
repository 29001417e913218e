import { noPause, type Pause, randomPauses } from './pauses.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Workload } from './workload.ts'
import type { WorkloadClient } from './workload-client.ts'

export interface RaceSettings {
  readonly workload: Workload
  readonly random: SeededRandom
  readonly clients: number
  readonly pauses: boolean
  /** Makes the client of this number. */
  readonly client: (number: number, pause: Pause) => WorkloadClient
  /** Asked before each command: whether another one is to be begun. */
  readonly goesOn: () => boolean
  /** Changes while they race. */
  readonly counts: RaceCounts
}

/** How the commands ended. */
export interface RaceCounts {
  committed: number
  /** Acknowledged without events: queries and decisions not to. */
  nothing: number
  failed: number
  unknown: number
  conflicts: number
  /** Commands that succeeded after a conflict. */
  retried: number
  mostAttempts: number
}

export const noCounts = (): RaceCounts => {
  return { committed: 0, nothing: 0, failed: 0, unknown: 0, conflicts: 0, retried: 0, mostAttempts: 0 }
}

/** Clients that plan and execute commands one after another, all at once. */
export async function raceClients(settings: RaceSettings): Promise<void> {
  const { workload, random, clients, pauses, client, goesOn, counts } = settings
  const racing = Array.from({ length: clients }, async (_, number) => {
    const own = random.fork()
    const racer = client(number, pauses ? randomPauses(own.fork()) : noPause)
    while (goesOn()) {
      const { status, attempts, conflicts } = await racer.execute(workload.plan(own, number))
      counts[status]++
      counts.conflicts += conflicts
      if (conflicts > 0 && (status === 'committed' || status === 'nothing')) counts.retried++
      counts.mostAttempts = Math.max(counts.mostAttempts, attempts)
    }
  })
  await Promise.all(racing)
}
