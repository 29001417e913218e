import { copyFile } from 'node:fs/promises'
import { Child } from '../../src/harness/child.ts'
import { runTask } from '../../src/harness/run-task.ts'
import type { Task, Unit } from '../../src/harness/task.ts'
import { WireCounter } from '../../src/harness/wire-counter.ts'
import type { Cell, Sample } from '../../src/results/result-file.ts'
import { medianOf } from '../../src/results/summarize.ts'
import type { BenchDatabase, BenchServer } from '../../src/stores/postgres-server.ts'
import { type BenchFile, createBenchFile } from '../../src/stores/sqlite-file.ts'
import { type PeerCell, peerCellId } from './cells.ts'
import { OPERATIONS } from './operations.ts'
import type { Participant } from './participant.ts'

const MEASURING_PROCESS = new URL('./measuring-process.ts', import.meta.url)

/** Some libraries now and then do not come back at all. */
const PATIENCE = { stepTimeoutMs: 120_000 }

const COUNTED_OPERATIONS = 60

const FEED_TITLES: Readonly<Record<string, { readonly title: string; readonly unit: Unit }>> = {
  'catch-up': { title: 'feed, from the first event to the head', unit: 'events' },
  delivery: { title: 'live delivery, from the call to the arrival of the event', unit: 'deliveries' },
}

/**
 * Measures participants on databases of their own. Many libraries take long to write ten thousand accounts, so each state to
 * begin with is made once, by the library itself, and copied for each run.
 */
export class PeerMeasurer {
  readonly #server: BenchServer
  readonly #templates = new Map<string, BenchDatabase>()
  readonly #files = new Map<string, BenchFile>()

  constructor(server: BenchServer) {
    this.#server = server
  }

  async measure(cell: PeerCell, participant: Participant, seconds: number, seed: number): Promise<Sample> {
    const { inFlight, cached, scenario, parameter } = cell
    const subject = cell.participant
    const task: Task = { subject, scenario, inFlight, cached, seconds, seed, process: 0, processes: 1, parameter }
    const key = `${subject}/${beginning(cell)}`
    if (participant.database === 'sqlite') {
      const template = this.#files.get(key) ?? (await this.#makeFile(key, task))
      const file = await createBenchFile()
      try {
        await copyFile(template.path, file.path)
        return await runTask(MEASURING_PROCESS, { ...task, path: file.path, filled: true }, file, PATIENCE)
      } finally {
        await file.remove()
      }
    }
    const template = this.#templates.get(key) ?? (await this.#makeDatabase(key, task))
    const database = await this.#server.createDatabase(template)
    try {
      if (cell.counted) return await counted({ ...task, filled: true, times: COUNTED_OPERATIONS }, database)
      return await runTask(MEASURING_PROCESS, { ...task, url: database.url, filled: true }, database, PATIENCE)
    } finally {
      await database.drop()
    }
  }

  async close(): Promise<void> {
    for (const database of this.#templates.values()) await database.drop()
    for (const file of this.#files.values()) await file.remove()
  }

  async #makeDatabase(key: string, task: Task): Promise<BenchDatabase> {
    const database = await this.#server.createDatabase()
    this.#templates.set(key, database)
    await prepareOnce({ ...task, url: database.url, seconds: 0 })
    return database
  }

  async #makeFile(key: string, task: Task): Promise<BenchFile> {
    const file = await createBenchFile()
    this.#files.set(key, file)
    await prepareOnce({ ...task, path: file.path, seconds: 0 })
    return file
  }
}

async function counted(task: Task, database: BenchDatabase): Promise<Sample> {
  const { counter, url } = await WireCounter.start(database.url)
  try {
    return await runTask(
      MEASURING_PROCESS,
      { ...task, url },
      { ...database, roundTrips: () => counter.asked },
      PATIENCE,
    )
  } finally {
    await counter.stop()
  }
}

/** Lets a process fill a database, and check that what it filled is there. */
async function prepareOnce(task: Task): Promise<void> {
  const child = new Child<Task>(MEASURING_PROCESS)
  try {
    const { opened } = await child.order({ type: 'prepare', task }, 'prepared')
    const { verdict } = await child.order({ type: 'check', acknowledged: opened }, 'checked')
    if (verdict.lost + verdict.surplus > 0) throw new Error(`${task.subject} could not be filled.`)
    await child.order({ type: 'close' }, 'closed')
  } finally {
    await child.end()
  }
}

/** Cells with the same answer begin in the same state. */
function beginning({ scenario, parameter }: PeerCell): string {
  const operation = OPERATIONS[scenario]
  return operation === undefined ? `${scenario}/${parameter}` : `${operation.accounts} × ${operation.balance}`
}

export function peerCellOf(cell: PeerCell, participant: Participant, samples: readonly Sample[]): Cell {
  const { scenario, inFlight, cached, parameter } = cell
  const { title, unit } = FEED_TITLES[scenario] ?? { title: OPERATIONS[scenario]?.title ?? scenario, unit: 'commands' }
  return {
    id: peerCellId(cell),
    scenario: cell.counted ? `${scenario}-counted` : scenario,
    title: cell.counted ? `round trips of: ${title}` : title,
    subject: cell.participant,
    unit,
    inFlight,
    processes: 1,
    cached,
    ...(parameter === undefined ? {} : { parameter }),
    note: participant.difference,
    median: medianOf(samples),
    samples,
  }
}
