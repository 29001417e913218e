import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EventStore, ProjectionRunner } from 'eventcore'
import { type Quantiles, quantiles } from '../torture/quantiles.ts'
import { SeededRandom } from '../workload/seeded-random.ts'
import { deposit } from './open-projections.ts'
import type { OwnerFault } from './owner-faults.ts'
import { catchUp, isFoldOfLog, killed, type ProjectingProcesses } from './projecting-processes.ts'

/** What became of a read model whose owner was struck by one fault, again and again. */
export interface FailOvers extends Quantiles {
  readonly times: number
  /** After how many of them the same process was the owner still, or again. */
  readonly kept: number
}

export interface TakeOverReport {
  /** By the name of the fault: from the moment in which it struck until a new event had been applied, in milliseconds. */
  readonly after: Readonly<Record<string, FailOvers>>
  /** How often a checkpoint was seen that lay before an earlier one, or was of an older epoch. */
  readonly overlaps: number
  /** How many processes ended that nobody had killed. */
  readonly ended: number
  /** Whether the read model is the fold of the log in the end: no event counted twice, none was left out. */
  readonly right: boolean
}

/**
 * Three processes keep one ledger. The faults strike its owner, in turn, and somebody goes on. A process that a fault does not
 * end comes back when others work, in the middle of whatever it was doing.
 */
export async function takeOverProjecting<Tx>(
  processes: ProjectingProcesses<Tx>,
  {
    faults,
    rounds,
    leaseMs,
    seed,
  }: {
    readonly faults: readonly OwnerFault[]
    readonly rounds: number
    readonly leaseMs: number
    readonly seed: number
  },
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
  const currentOwner = async (): Promise<{ readonly id: string; readonly process: ChildProcess }> => {
    while (true) {
      const { owner: id = '' } = await watcher.status()
      const process = children.get(id)
      if (process !== undefined) return { id, process }
      await sleep(5)
    }
  }
  const progress = new ProgressWatch(store, watcher.id)
  const applied = async (): Promise<void> => {
    await watcher.waitFor({ events: await deposit(store, [{ key: 'awaited' }]) }, { timeoutMs: 60_000 })
  }
  const found = faults.map((fault) => {
    const standstillsMs: number[] = []
    return { fault, standstillsMs, kept: 0 }
  })
  let ended = 0
  try {
    await Promise.all([startOne(), startOne(), startOne()])
    for (let round = 0; round < rounds; round++) {
      for (const one of found) {
        let standstillMs: number | undefined
        // A fault that did not strike an owner says nothing.
        while (standstillMs === undefined) {
          for (let i = 0; i < 30; i++) await deposit(store, [{ key: `a${i % 3}`, amount: i }, { key: `b${round}` }])
          await sleep(random.below(30))
          const owner = await currentOwner()
          const strike = await one.fault.strike(owner)
          if (strike === undefined) continue
          await applied()
          standstillMs = Math.round(performance.now() - strike.at)
          if ((await watcher.status()).owner === owner.id) one.kept++
          if (strike.passes === undefined) {
            children.delete(owner.id)
            await startOne()
          } else await strike.passes()
        }
        one.standstillsMs.push(standstillMs)
      }
    }
    await applied()
    ended = [...children.values()].filter(({ exitCode }) => exitCode !== null).length
  } finally {
    await Promise.all([...children.values()].map(killed))
    await progress.stop()
  }
  await catchUp(processes)
  return {
    after: Object.fromEntries(
      found.map(({ fault, standstillsMs, kept }) => [
        fault.name,
        { times: standstillsMs.length, kept, ...quantiles(standstillsMs) },
      ]),
    ),
    overlaps: progress.overlaps,
    ended,
    right: await isFoldOfLog(processes),
  }
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
