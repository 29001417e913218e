import { type CellPlan, cellId } from './cells.ts'
import { runTask } from './harness/run-task.ts'
import type { Task } from './harness/task.ts'
import type { Cell, Sample } from './results/result-file.ts'
import { medianOf } from './results/summarize.ts'
import { scenarioNamed } from './scenarios/catalogue.ts'
import { DURABILITY } from './stores/open-store.ts'
import type { BenchServer } from './stores/postgres-server.ts'
import { createBenchFile } from './stores/sqlite-file.ts'

const MEASURING_PROCESS = new URL('./measuring-process.ts', import.meta.url)

const NO_PROBE = {
  serverCpu: async () => undefined,
  walBytes: async () => undefined,
  storedBytes: async () => undefined,
}

interface MeasureOptions {
  readonly seconds: number
  readonly seed: number
  readonly server: BenchServer | undefined
  /** Directory for CPU profiles of what is measured. */
  readonly profiles?: string | undefined
}

/** Measures a cell once, on a store of its own that is empty when it begins. */
export async function measureCell(
  plan: CellPlan,
  { seconds, seed, server, profiles }: MeasureOptions,
): Promise<Sample> {
  const { store, scenario, inFlight, processes, cached, parameter } = plan
  const task: Task = { subject: store, scenario, inFlight, cached, seconds, seed, process: 0, processes, parameter }
  if (store === 'memory') return await runTask(MEASURING_PROCESS, task, NO_PROBE, { profiles })
  if (store === 'postgres') {
    if (server === undefined) throw new Error('A cell on PostgreSQL needs a server.')
    const database = await server.createDatabase()
    try {
      return await runTask(MEASURING_PROCESS, { ...task, url: database.url }, database, { profiles })
    } finally {
      await database.drop()
    }
  }
  const file = await createBenchFile()
  try {
    return await runTask(MEASURING_PROCESS, { ...task, path: file.path }, file, { profiles })
  } finally {
    await file.remove()
  }
}

export function cellOf(plan: CellPlan, samples: readonly Sample[]): Cell {
  const { store, scenario, inFlight, processes, cached, parameter } = plan
  const { title, unit } = scenarioNamed(scenario)
  return {
    id: cellId(plan),
    scenario,
    title,
    subject: store,
    unit,
    inFlight,
    processes,
    cached,
    ...(parameter === undefined ? {} : { parameter }),
    note: DURABILITY[store],
    median: medianOf(samples),
    samples,
  }
}
