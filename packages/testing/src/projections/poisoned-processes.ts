import { ProjectionRunner } from 'eventcore'
import { POISONED_EVENT } from './dying-at.ts'
import { deposit } from './open-projections.ts'
import { catchUp, dies, isFoldOfLog, type ProjectingProcesses } from './projecting-processes.ts'

export interface PoisonedProcessesReport {
  /** Processes that ended at the event. */
  readonly deaths: number
  /** From one death to the next, in milliseconds: whoever follows waits for the lease of the one before. */
  readonly betweenMs: readonly number[]
  /** After how many deaths the read model was not the fold of the log up to its checkpoint, or contained the event. */
  readonly wrong: number
  /** Whether a projection beside it came to the head of the feed in the meantime. */
  readonly othersFlowed: boolean
  /** Whether the read model was the fold of the whole log in the end, with handlers that are mended. */
  readonly right: boolean
}

const POISON = 666

/** Starts one process after another that keeps the ledger, and each of them is ended by one event. */
export async function poisonedProcesses<Tx>(
  processes: ProjectingProcesses<Tx>,
  { deaths: wanted, leaseMs }: { readonly deaths: number; readonly leaseMs: number },
): Promise<PoisonedProcessesReport> {
  const { store, ledger, start, readModel } = processes
  const healthy = new ProjectionRunner(store, ledger({ name: 'healthy' }))
  healthy.start()
  for (let i = 0; i < 25; i++) await deposit(store, [{ key: `a${i % 3}`, amount: i }])
  const [poisoned] = await deposit(store, [{ key: 'poisoned', amount: POISON }])
  if (poisoned === undefined) throw new Error('a deposit has one event')
  let [deaths, wrong] = [0, 0]
  const diedAt: number[] = []
  let othersFlowed = true
  for (let i = 0; i < wanted; i++) {
    const child = await start({
      batchSize: 10,
      leaseMs,
      owner: `child-${i}`,
      death: { site: POISONED_EVENT, visit: POISON },
    })
    // Work goes on meanwhile, in other processes.
    const outcome = { events: await deposit(store, [{ key: `a${i % 3}`, amount: i }]) }
    if (await dies(child)) deaths++
    diedAt.push(performance.now())
    othersFlowed &&= await healthy.waitFor(outcome, { timeoutMs: 60_000 }).then(
      () => true,
      () => false,
    )
    const { cursor } = await readModel()
    const passed = cursor !== undefined && store.hasReached(cursor, poisoned.position)
    if (passed || !(await isFoldOfLog(processes))) wrong++
  }
  await healthy.stop()
  await catchUp(processes)
  const betweenMs = diedAt.slice(1).map((at, i) => Math.round(at - (diedAt[i] ?? at)))
  return { deaths, betweenMs, wrong, othersFlowed, right: await isFoldOfLog(processes) }
}
