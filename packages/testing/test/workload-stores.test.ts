import { expect, test } from 'vitest'
import { executorClient } from '../src/workload/executor-client.ts'
import { type RacedStore, raceOnHandles, type WorkloadName } from './racing/several-handles.ts'

const RACES = (['sqlite', 'postgres'] as const).flatMap((kind) =>
  (['hotSet', 'discovery', 'phantom', 'bank', 'ring'] as const).map((name): [RacedStore, WorkloadName] => [kind, name]),
)

test.each(RACES)(
  'two handles on one store are consistent: %s, %s',
  async (kind, name) => {
    const run = await raceOnHandles(kind, 2, name, { commands: 250 })
    expect(run.ok, run.explain()).toBe(true)
    expect(run.retried, run.explain()).toBeGreaterThan(0)
    expect(run.verdict.statistics.deliveries, run.explain()).toBe(2 * run.verdict.statistics.events)
  },
  30_000,
)

test.each(RACES)(
  'two executors on one store are consistent: %s, %s',
  async (kind, name) => {
    const client = executorClient()
    const run = await raceOnHandles(kind, 2, name, { commands: 250, client })
    expect(run.ok, run.explain()).toBe(true)
  },
  30_000,
)
