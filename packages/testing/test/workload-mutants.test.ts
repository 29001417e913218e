import { describe, expect, test } from 'vitest'
import type { Anomaly } from '../src/checker/anomaly.ts'
import { type CheckedRun, raceAndCheck } from '../src/workload/run-workload.ts'
import { workloads } from '../src/workload/workloads.ts'
import { createSharedLog } from './contract/shared-log.ts'
import { SharedLogStore } from './contract/shared-log-store.ts'
import { KILLED_BY_RACING } from './mutants/killed-by-racing.ts'

const RACE = { commands: 1_000, check: { witness: 'commits-and-queries' } } as const

/** What the verdict calls it: the class for cycles, else the kind. */
const found = ({ verdict }: CheckedRun): string[] => {
  const name = (anomaly: Anomaly) => (anomaly.kind === 'cycle' ? anomaly.name : anomaly.kind)
  return [...new Set(verdict.anomalies.map(name))]
}

const RACING = ['hotSet', 'discovery', 'phantom', 'onCall', 'readDependency', 'bank', 'ring'] as const

test.each(RACING)('the store that the mutants are made from passes: %s', async (name) => {
  const run = await raceAndCheck(new SharedLogStore(createSharedLog(Date.now)), workloads[name](), RACE)
  expect(run.ok, run.explain()).toBe(true)
  expect(run.retried, run.explain()).toBeGreaterThan(0)
})

describe('every run kills', () => {
  test.each(KILLED_BY_RACING.map((mutant) => [mutant.fault, mutant.workload().name, mutant] as const))(
    '%s (%s)',
    async (_fault, _workload, mutant) => {
      const run = await raceAndCheck(mutant.open(createSharedLog(Date.now)), mutant.workload(), RACE)
      expect(found(run), run.explain()).toEqual(expect.arrayContaining([...mutant.found]))
    },
  )
})
