import { MemoryEventStore } from '@eventcore/memory'
import { describe, expect, test } from 'vitest'
import { executorClient } from '../src/workload/executor-client.ts'
import { raceAndCheck } from '../src/workload/run-workload.ts'
import type { Workload } from '../src/workload/workload.ts'
import { workloads } from '../src/workload/workloads.ts'
import { createSharedLog } from './contract/shared-log.ts'
import { KILLED_BY_RACING } from './mutants/killed-by-racing.ts'
import { type WorkloadName, workloadNames } from './racing/several-handles.ts'

const check = { witness: 'commits-and-queries' } as const
const make = (name: WorkloadName): Workload => (name === 'bulk' ? workloads.bulk({ events: 300 }) : workloads[name]())

describe.each([1, 3])('%i executors on one store, handlers of all forms', (executors) => {
  test.each(workloadNames)(
    '%s',
    async (name) => {
      const client = executorClient({ executors })
      const run = await raceAndCheck(new MemoryEventStore(), make(name), { commands: 300, clients: 32, check, client })
      expect(run.ok, run.explain()).toBe(true)
      expect(run.failed + run.unknown, run.explain()).toBe(0)
      if (name === 'unrelated') expect(run.conflicts, run.explain()).toBe(0)
      else expect(run.retried, run.explain()).toBeGreaterThan(0)
    },
    60_000,
  )
})

// A command that takes its time awaits, whatever its form.
test.each(workloadNames.filter((name) => name !== 'longReader'))(
  'one executor decides handlers without promises one after another, so that nothing ever conflicts: %s',
  async (name) => {
    const client = executorClient({ forms: ['declared', 'generator'] })
    const run = await raceAndCheck(new MemoryEventStore(), make(name), { commands: 300, clients: 32, check, client })
    expect(run.ok, run.explain()).toBe(true)
    expect(run.conflicts, run.explain()).toBe(0)
  },
)

/** An executor reads on until versions and events agree, and verifies every answer: these cannot deceive it. */
const HARMLESS = new Set(['M5: versions are read after the events', 'each stream is read at a moment of its own'])

describe('executors on a broken store: every run kills', () => {
  const killed = KILLED_BY_RACING.filter(({ fault }) => !HARMLESS.has(fault))
  test.each(killed.map((mutant) => [mutant.fault, mutant] as const))(
    '%s',
    async (_fault, mutant) => {
      const client = executorClient({ executors: 4 })
      const options = { commands: 1_000, clients: 32, check, client }
      const run = await raceAndCheck(mutant.open(createSharedLog(Date.now)), mutant.workload(), options)
      expect(run.ok, run.explain()).toBe(false)
    },
    60_000,
  )
})
