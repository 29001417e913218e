import { expect, test } from 'vitest'
import { executorClient } from '../src/workload/executor-client.ts'
import { raceOnHandles, workloadNames } from './racing/several-handles.ts'

const RACES = (['sqlite', 'postgres'] as const).flatMap((kind) => workloadNames.map((name) => [kind, name] as const))

test.each(RACES)(
  'four handles on one store are consistent for long: %s, %s',
  async (kind, name) => {
    const run = await raceOnHandles(kind, 4, name, { commands: 2_000, clients: 32 })
    expect(run.ok, run.explain()).toBe(true)
    if (name === 'unrelated') expect(run.conflicts, run.explain()).toBe(0)
    else expect(run.retried, run.explain()).toBeGreaterThan(100)
  },
  300_000,
)

test.each(RACES)(
  'four executors on one store are consistent for long: %s, %s',
  async (kind, name) => {
    const client = executorClient()
    const run = await raceOnHandles(kind, 4, name, { commands: 2_000, clients: 32, client })
    expect(run.ok, run.explain()).toBe(true)
  },
  300_000,
)
