import { fork } from 'node:child_process'
import { once as onceEvent } from 'node:events'
import { LatencyRecorder, once } from '../harness/closed-loop.ts'
import type { Task } from '../harness/task.ts'
import { depositHistory, fill } from '../workloads/fill.ts'
import { auditStore } from './audit-store.ts'
import { measuredOf } from './feed.ts'
import type { Scenario } from './scenario.ts'

const STREAMS = 1_000
const program = new URL('./first-command.ts', import.meta.url)

/** From the start of a process to the outcome of its first command, on a database that has events already. */
const coldStart: Scenario = {
  name: 'cold-start',
  title: 'from the start of Node to the first durable command, on a database of N events',
  unit: 'starts',
  prepare: async (store, task) => {
    const { parameter: events = 20_000 } = task
    const opened = await fill(store, depositHistory(STREAMS, Math.ceil(events / STREAMS)))
    return {
      opened,
      measure: async () => {
        const latencies = new LatencyRecorder()
        let starts = 0
        const phase = await once(async () => {
          while (starts < 3) {
            const begun = performance.now()
            await firstCommand(task, starts++)
            latencies.add(performance.now() - begun)
          }
        })
        const acknowledged = { entries: starts, money: starts }
        return { ...measuredOf(phase, starts, { acknowledged }), latencies: latencies.values() }
      },
      check: (all) => auditStore(store, all),
    }
  },
}

async function firstCommand(task: Task, account: number): Promise<void> {
  const child = fork(program, [JSON.stringify({ ...task, account })], { stdio: 'inherit' })
  const [message] = await Promise.race([onceEvent(child, 'message'), onceEvent(child, 'exit')])
  if (message !== 'committed') throw new Error(`The process ended with ${message}.`)
  child.disconnect()
  await onceEvent(child, 'exit')
}

export const COLD_START_SCENARIOS: readonly Scenario[] = [coldStart]
