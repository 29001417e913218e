import { MemoryEventStore } from '@eventcore/memory'
import { describe, expect, test } from 'vitest'
import { executorClient } from '../src/workload/executor-client.ts'
import type { HandlerForm } from '../src/workload/plan-executor.ts'
import { raceAndCheck } from '../src/workload/run-workload.ts'
import type { Workload } from '../src/workload/workload.ts'
import { workloads } from '../src/workload/workloads.ts'
import { createSharedLog } from './contract/shared-log.ts'
import { KILLED_BY_RACING } from './mutants/killed-by-racing.ts'

const FORMS: readonly HandlerForm[] = ['declared', 'generator']

const check = { witness: 'commits-and-queries' } as const
const names = Object.keys(workloads) as (keyof typeof workloads)[] // the literal's own keys
const make = (name: keyof typeof workloads): Workload =>
  name === 'bulk' ? workloads.bulk({ events: 300 }) : workloads[name]()

describe.each([1, 3])('%i executors on one store, handlers without promises', (executors) => {
  test.each(names)('%s', async (name) => {
    const client = executorClient({ executors, forms: FORMS })
    const run = await raceAndCheck(new MemoryEventStore(), make(name), { commands: 500, clients: 32, check, client })
    expect(run.ok, run.explain()).toBe(true)
    expect(run.failed, run.explain()).toBe(0)
    if (name === 'unrelated') expect(run.conflicts, run.explain()).toBe(0)
    // One executor alone decides such commands one after another, so that nothing ever conflicts.
    else if (executors === 1) expect(run.conflicts, run.explain()).toBe(0)
    else expect(run.retried, run.explain()).toBeGreaterThan(0)
  })
})

/** An executor reads on until versions and events agree, and verifies every answer: these cannot deceive it. */
const HARMLESS = new Set(['M5: versions are read after the events', 'each stream is read at a moment of its own'])

describe('executors on a broken store: every run kills', () => {
  const killed = KILLED_BY_RACING.filter(({ fault }) => !HARMLESS.has(fault))
  test.each(killed.map((mutant) => [mutant.fault, mutant] as const))('%s', async (_fault, mutant) => {
    const client = executorClient({ executors: 4, forms: FORMS })
    const options = { commands: 1_000, clients: 32, check, client }
    const run = await raceAndCheck(mutant.open(createSharedLog(Date.now)), mutant.workload(), options)
    expect(run.ok, run.explain()).toBe(false)
  })
})
