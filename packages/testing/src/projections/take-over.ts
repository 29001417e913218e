import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EventStore, ProjectionRunner } from 'eventcore'
import { untilItWorks } from '../torture/workers/until-it-works.ts'
import { SeededRandom } from '../workload/seeded-random.ts'
import { deposit } from './open-projections.ts'
import { catchUp, isFoldOfLog, killed, type ProjectingProcesses } from './projecting-processes.ts'

export interface TakeOverReport {
  /** From the moment in which the owner was suspended, or killed, until another had applied a new event, in milliseconds. */
  readonly stoppedMs: readonly number[]
  readonly killedMs: readonly number[]
  /** How often a checkpoint was seen that lay before an earlier one, or was of an older epoch. */
  readonly overlaps: number
  /** Whether the read model is the fold of the log in the end: no event counted twice, none was left out. */
  readonly right: boolean
}

/**
 * Three processes keep one ledger. The owner is suspended (SIGSTOP) and killed in turn; another takes over. One that was
 * suspended wakes up when another works, in the middle of whatever it was doing.
 */
export async function takeOverProjecting<Tx>(
  processes: ProjectingProcesses<Tx>,
  { rounds, leaseMs, seed }: { readonly rounds: number; readonly leaseMs: number; readonly seed: number },
): Promise<TakeOverReport> {
  const { store, start, ledger } = processes
  const random = new SeededRandom(seed)
  const children = new Map<string, ChildProcess>()
  let started = 0
  const startOne = async (): Promise<void> => {
    const owner = `child-${started++}`
    children.set(owner, await start({ batchSize: 20, leaseMs, owner }))
  }
  const watcher = new ProjectionRunner(store, ledger({}))
  const owner = async (): Promise<string> => {
    while (true) {
      const { owner: id } = await watcher.status()
      if (id !== undefined && children.has(id)) return id
      await sleep(5)
    }
  }
  const progress = new ProgressWatch(store, watcher.id)
  const stoppedMs: number[] = []
  const killedMs: number[] = []
  const takenOver = async (begin: number): Promise<number> => {
    await watcher.waitFor({ events: await deposit(store, [{ key: 'awaited' }]) }, { timeoutMs: 60_000 })
    return Math.round(performance.now() - begin)
  }
  try {
    await Promise.all([startOne(), startOne(), startOne()])
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 30; i++) await deposit(store, [{ key: `a${i % 3}`, amount: i }, { key: `b${round}` }])
      await sleep(random.below(30))
      const id = await owner()
      const child = children.get(id) as ChildProcess
      if (round % 2 === 0) {
        const begin = await stoppedOutsideOfTransactions(store, child)
        // It may have lost its lease meanwhile: then it is no owner whom another has to follow.
        if (begin === undefined) {
          round--
          continue
        }
        stoppedMs.push(await takenOver(begin))
        // It wakes up late, and goes on with what it was doing.
        child.kill('SIGCONT')
      } else {
        children.delete(id)
        const begin = performance.now()
        await killed(child)
        killedMs.push(await takenOver(begin))
        await startOne()
      }
    }
    await takenOver(0)
  } finally {
    await Promise.all([...children.values()].map(killed))
    await progress.stop()
  }
  await catchUp(processes)
  return { stoppedMs, killedMs, overlaps: progress.overlaps, right: await isFoldOfLog(processes) }
}

/** How long a write may take before it is taken for blocked. */
const PROBE_MS = 500

/**
 * On SQLite, a process that is suspended within a write transaction keeps the file locked for everybody, until it goes on:
 * nobody could take over. Then it goes on. Answers when it was suspended otherwise.
 */
async function stoppedOutsideOfTransactions(store: EventStore, child: ChildProcess): Promise<number | undefined> {
  child.kill('SIGSTOP')
  const stopped = performance.now()
  const probing = untilItWorks(() => deposit(store, [{ key: 'probe' }])).then(() => true)
  if (await Promise.race([probing, sleep(PROBE_MS, false)])) return stopped
  child.kill('SIGCONT')
  await probing
  return undefined
}

/** Looks at a checkpoint all the time: whoever moves it must go on from where it is, under an epoch that is no older. */
class ProgressWatch {
  overlaps = 0
  readonly #watching: Promise<void>
  #stopped = false

  constructor(store: EventStore, name: string) {
    this.#watching = this.#watch(store, name)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#watching
  }

  async #watch(store: EventStore, name: string): Promise<void> {
    let [position, epoch] = [0n, 0]
    while (!this.#stopped) {
      const checkpoint = await store.checkpoints.load(name)
      if (checkpoint !== undefined) {
        // A cursor is opaque; those of our stores begin with a position.
        const now = BigInt(/^\d+/.exec(checkpoint.cursor)?.[0] ?? 0)
        if (now < position || checkpoint.epoch < epoch) this.overlaps++
        position = now
        epoch = checkpoint.epoch
      }
      await sleep(3)
    }
  }
}
