import { setTimeout as sleep } from 'node:timers/promises'
import { type EventStore, ProjectionRunner } from 'eventcore'
import { SeededRandom } from '../workload/seeded-random.ts'
import { deposit } from './open-projections.ts'
import { hasMoved, isFoldOfLog, killed, type ProjectingProcesses } from './projecting-processes.ts'

export interface RebuildLoad {
  /** Events that are there before the new version begins. */
  readonly history: number
  readonly writesPerSecond: number
  /** How often the process that rebuilds is killed. */
  readonly kills: number
  readonly seed: number
}

export interface RebuildReport {
  readonly history: number
  readonly kills: number
  /** Kills that found the new version behind the head, and before which it had moved. */
  readonly behind: number
  readonly moved: number
  /** After how many kills the new version was not the fold of the log up to its checkpoint: a gap, or something twice. */
  readonly wrong: number
  /** Commits written while it was rebuilt, and how many a second that were. */
  readonly written: number
  readonly writesPerSecond: number
  readonly seconds: number
  /** Of the old version meanwhile, and of the version that is in use after the switch. */
  readonly reads: number
  readonly failedReads: number
  readonly longestReadMs: number
  /** Whether both versions were the fold of the whole log in the end, and readers were switched to the new one. */
  readonly right: boolean
}

const STREAMS = 40
const COMMIT = 250
/** Old and new version, blue and green. */
const [BLUE, GREEN] = [1, 2] as const

/** Makes a new version of the ledger beside the old one, in processes that are killed, while others write and read; then switches to it. */
export async function rebuildUnderLoad<Tx>(
  processes: ProjectingProcesses<Tx>,
  load: RebuildLoad,
): Promise<RebuildReport> {
  const { store, ledger, start, readModel } = processes
  const random = new SeededRandom(load.seed)
  for (let i = 0; i < load.history; i += COMMIT)
    await deposit(
      store,
      Array.from({ length: Math.min(COMMIT, load.history - i) }, (_, k) => ({
        key: `a${(i + k) % STREAMS}`,
        amount: k,
      })),
    )
  const blue = new ProjectionRunner(store, ledger({ version: BLUE }))
  blue.start()
  await blue.activate()
  const begun = performance.now()
  const writer = new SteadyWriter(store, load.writesPerSecond)
  const reader = new ActiveReader(processes)
  let [wrong, behind, moved] = [0, 0, 0]
  const options = { batchSize: 100, leaseMs: 200, version: GREEN }
  try {
    for (let kill = 0; kill < load.kills; kill++) {
      const before = (await readModel(GREEN)).cursor
      const child = await start({ ...options, owner: `green-${kill}` })
      await hasMoved(processes, before, GREEN)
      await sleep(random.below(150))
      await killed(child)
      const { cursor } = await readModel(GREEN)
      if (cursor !== before) moved++
      if (cursor !== (await store.headCursor())) behind++
      if (!(await isFoldOfLog(processes, GREEN))) wrong++
    }
    const last = await start({ ...options, owner: 'green-last', batchSize: 1_000 })
    const green = new ProjectionRunner(store, ledger({ version: GREEN }))
    await green.activate({ timeoutMs: 300_000 })
    await sleep(300)
    const seconds = (performance.now() - begun) / 1_000
    await Promise.all([writer.stop(), reader.stop()])
    const outcome = { events: await deposit(store, [{ key: 'last' }]) }
    await Promise.all([blue, green].map((runner) => runner.waitFor(outcome, { timeoutMs: 60_000 })))
    await killed(last)
    await blue.stop()
    const right =
      (await isFoldOfLog(processes, BLUE)) &&
      (await isFoldOfLog(processes, GREEN)) &&
      (await store.projections.activeVersion('ledger')) === GREEN
    return {
      history: load.history,
      kills: load.kills,
      behind,
      moved,
      wrong,
      written: writer.written,
      writesPerSecond: Math.round(writer.written / seconds),
      seconds: Math.round(seconds),
      reads: reader.reads,
      failedReads: reader.failed,
      longestReadMs: Math.round(reader.longestMs),
      right,
    }
  } finally {
    await Promise.all([writer.stop(), reader.stop()])
  }
}

/** So many commits a second, as far as the store takes them: those that are late are not made up for. */
class SteadyWriter {
  written = 0
  readonly #stopping = new AbortController()
  readonly #writing: Promise<void>

  constructor(store: EventStore, perSecond: number) {
    this.#writing = this.#write(store, perSecond)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#writing
  }

  async #write(store: EventStore, perSecond: number): Promise<void> {
    const tickMs = 50
    const perTick = Math.max(1, Math.round((perSecond * tickMs) / 1_000))
    while (!this.#stopping.signal.aborted) {
      const next = sleep(tickMs)
      await Promise.all(
        Array.from({ length: perTick }, (_, i) => deposit(store, [{ key: `a${i % STREAMS}`, amount: i }])),
      )
      this.written += perTick
      await next
    }
  }
}

/** Reads the version that is in use, over and over. */
class ActiveReader<Tx> {
  reads = 0
  failed = 0
  longestMs = 0
  readonly #stopping = new AbortController()
  readonly #reading: Promise<void>

  constructor(processes: ProjectingProcesses<Tx>) {
    this.#reading = this.#read(processes)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#reading
  }

  async #read({ store, readModel }: ProjectingProcesses<Tx>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const begun = performance.now()
      try {
        const { rows } = await readModel((await store.projections.activeVersion('ledger')) ?? BLUE)
        // All of the history had been read into it before it was in use.
        if (rows.size < STREAMS) this.failed++
      } catch {
        this.failed++
      }
      this.reads++
      this.longestMs = Math.max(this.longestMs, performance.now() - begun)
      await sleep(10)
    }
  }
}
