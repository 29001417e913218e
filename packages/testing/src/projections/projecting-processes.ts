import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Cursor,
  type EventStore,
  type ProjectingStore,
  type Projection,
  ProjectionRunner,
  readEvents,
} from 'eventcore'
import { stateChecksum } from '../checker/check-projections.ts'
import { untilItWorks } from '../torture/workers/until-it-works.ts'
import { SeededRandom } from '../workload/seeded-random.ts'
import { type Death, KILL_SITES, type KillSite } from './dying-at.ts'
import { deposit, type LedgerOptions, type LedgerRow } from './open-projections.ts'
import { LedgerAccount } from './sql-ledger.ts'

/** A store whose ledger is kept by other processes. */
export interface ProjectingProcesses<Tx> {
  readonly store: ProjectingStore<Tx>
  ledger(options: LedgerOptions): Projection<Tx>
  /** Starts a process that keeps the ledger until it is killed; resolves when it has begun. */
  start(options: {
    readonly batchSize: number
    readonly leaseMs: number
    readonly owner: string
    /** Of the ledger. Default 1. */
    readonly version?: number
    /** See {@link dyingAt}. */
    readonly death?: Death
  }): Promise<ChildProcess>
  /** The ledger in this version (default 1), empty before it has begun, and how far it goes, in one snapshot. */
  readModel(
    version?: number,
  ): Promise<{ readonly cursor: Cursor | undefined; readonly rows: ReadonlyMap<string, LedgerRow> }>
}

export interface KillReport {
  readonly kills: number
  /** After how many kills the read model was not the fold of the log up to its checkpoint. */
  readonly wrong: number
  /** How many kills found the projection in the middle of the feed. */
  readonly behind: number
  /** How often it had come further than at the kill before. */
  readonly moved: number
  /** How many of the kills hit exactly this place; the others came at random moments. */
  readonly at: Readonly<Record<KillSite, number>>
}

/**
 * Kills the process that projects, at random moments and at each place in turn, while events are written; looks at the read
 * model each time.
 */
export async function killProjecting<Tx>(
  processes: ProjectingProcesses<Tx>,
  { kills, seed }: { readonly kills: number; readonly seed: number },
): Promise<KillReport> {
  const { store, start, readModel } = processes
  const random = new SeededRandom(seed)
  const writers = new Writers(store)
  let [wrong, behind, moved] = [0, 0, 0]
  let last: Cursor | undefined
  const at = { ...NO_KILLS }
  try {
    for (let kill = 0; kill < kills; kill++) {
      const site = kill % 2 === 0 ? undefined : KILL_SITES[(kill >> 1) % KILL_SITES.length]
      const death = site === undefined ? undefined : { site, visit: 1 + (site === 'lease-taken' ? 0 : random.below(6)) }
      const options = { batchSize: 1 + random.below(40), leaseMs: 100, owner: `child-${kill}` }
      const child = await start({ ...options, ...(death === undefined ? {} : { death }) })
      if (death !== undefined && (await dies(child))) at[death.site]++
      else {
        // The lease of the one before runs for 100 ms yet. Most are killed at work, some before they have begun.
        if (random.below(4) > 0) await hasMoved(processes, last)
        await sleep(random.below(100))
        await killed(child)
      }
      if (!(await isFoldOfLog(processes))) wrong++
      const { cursor } = await readModel()
      if (cursor !== (await store.headCursor())) behind++
      if (cursor !== last) moved++
      last = cursor
    }
    await writers.stop()
    await catchUp(processes)
    if (!(await isFoldOfLog(processes))) wrong++
  } finally {
    await writers.stop()
  }
  return { kills, wrong, behind, moved, at }
}

const NO_KILLS: Readonly<Record<KillSite, number>> = {
  'lease-taken': 0,
  'page-read': 0,
  'before-handler': 0,
  'after-handler': 0,
  'before-checkpoint': 0,
  'after-commit': 0,
}

/** Answers whether it came to its place within the time that anybody waits. */
export async function dies(child: ChildProcess): Promise<boolean> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  try {
    if (child.signalCode === null) await once(child, 'exit', { signal })
    return true
  } catch (error) {
    if (!signal.aborted) throw error
    return false
  }
}

/** On a busy machine it takes a process seconds to begin. */
const PATIENCE_MS = 20_000

/** Resolves when the ledger has come further, or nobody waits any longer. */
export async function hasMoved<Tx>(
  { readModel }: ProjectingProcesses<Tx>,
  from: Cursor | undefined,
  version = 1,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while ((await readModel(version)).cursor === from && performance.now() < deadline) await sleep(3)
}

/** Three that write all the time, each to a stream of its own and to shared ones. */
class Writers {
  readonly #stopping = new AbortController()
  readonly #writing: readonly Promise<void>[]

  constructor(store: EventStore) {
    this.#writing = Array.from({ length: 3 }, async (_, writer) => {
      for (let i = 0; !this.#stopping.signal.aborted; i++) {
        const entries = [
          // A ledger refuses balances beyond a billion, which sums of ever larger amounts come to within half an hour.
          { key: `own-${writer}`, amount: i % 100 },
          { key: `shared-${i % 5}`, amount: writer },
        ]
        // On a busy machine others may hold the write lock for longer than it waits.
        await untilItWorks(() => deposit(store, entries))
        // Each look at the read model folds the whole log, so it must not grow for its own sake.
        await sleep(20)
      }
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#writing)
  }
}

/** At the latest now: it may have ended by itself. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** In this process, when no other works. */
export async function catchUp<Tx>({ store, ledger }: ProjectingProcesses<Tx>): Promise<void> {
  const runner = new ProjectionRunner(store, ledger({}), { leaseMs: 150 })
  runner.start()
  await runner.waitFor({ events: await deposit(store, [{ key: 'last' }]) }, { timeoutMs: 60_000 })
  await runner.stop()
}

/** Whether the read model is what the events up to its checkpoint make. */
export async function isFoldOfLog<Tx>({ store, readModel }: ProjectingProcesses<Tx>, version = 1): Promise<boolean> {
  const { cursor, rows } = await readModel(version)
  const fold = new Map<string, LedgerRow>()
  for await (const { stream, version: last, data, position } of readEvents(store, { streams: [LedgerAccount] })) {
    // Right after a kill another process may be recovering SQLite's log, which nobody can read meanwhile.
    if (cursor === undefined || !(await untilItWorks(async () => store.hasReached(cursor, position)))) break
    const { balance, events } = fold.get(stream) ?? { balance: 0, events: 0 }
    fold.set(stream, { balance: balance + data.amount, events: events + 1, version: last })
  }
  return stateChecksum(Object.fromEntries(rows)) === stateChecksum(Object.fromEntries(fold))
}
