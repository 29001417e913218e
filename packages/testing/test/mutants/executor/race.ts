import { MemoryEventStore } from '@eventcore/memory'
import { Chaos } from '../../../src/doubles/chaos.ts'
import { executorClient } from '../../../src/workload/executor-client.ts'
import { raceAndCheck } from '../../../src/workload/run-workload.ts'
import { workloads } from '../../../src/workload/workloads.ts'

export interface Found {
  /** What the checker found; empty when all was well. */
  readonly anomalies: readonly string[]
  /** Commands until then. */
  readonly commands: number
  readonly milliseconds: number
  readonly explanation: string
}

const ROUNDS = 8
const COMMANDS = 250

/** Several executors on a store whose answers are late or lost, until the checker finds something. */
export async function race(name: keyof typeof workloads | undefined): Promise<Found> {
  const start = performance.now()
  let explanation = ''
  for (let round = 1; round <= (name === undefined ? 1 : ROUNDS); round++) {
    const names = name === undefined ? (['hotSet', 'discovery', 'phantom', 'bank', 'ring'] as const) : [name]
    for (const workload of names) {
      const chaos = new Chaos({ seed: round, latencyMs: 2, lostReplies: 0.05, lostRequests: 0.05, lateWrites: 0.05 })
      const store = chaos.wrap(new MemoryEventStore())
      const anomalies: string[] = []
      try {
        const run = await raceAndCheck(store, workloads[workload](), {
          seed: round,
          commands: COMMANDS,
          clients: 32,
          client: executorClient({ executors: 4 }),
          check: { witness: 'commits-and-queries' },
        })
        explanation = run.explain()
        anomalies.push(...Object.keys(run.verdict.counts), ...run.violations)
      } catch (error) {
        // So wrong that its clients noticed.
        explanation = error instanceof Error ? error.message : String(error)
        anomalies.push('an outcome that contradicts itself')
      }
      await chaos.settled()
      if (anomalies.length > 0) {
        const milliseconds = Math.round(performance.now() - start)
        return { anomalies, commands: round * COMMANDS, milliseconds, explanation }
      }
    }
  }
  return {
    anomalies: [],
    commands: ROUNDS * COMMANDS,
    milliseconds: Math.round(performance.now() - start),
    explanation,
  }
}
