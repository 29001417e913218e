import { describe, expect, it } from 'vitest'
import { answeringMutants } from './contract/mutants/answering.ts'
import { checkingMutants } from './contract/mutants/checking.ts'
import { keepingMutants } from './contract/mutants/keeping.ts'
import type { Mutant } from './contract/mutants/mutant.ts'
import { readingMutants } from './contract/mutants/reading.ts'
import { timingMutants } from './contract/mutants/timing.ts'
import { runContract } from './contract/run-contract.ts'
import { SharedLogStore } from './contract/shared-log-store.ts'

const mutants: readonly Mutant[] = [
  ...checkingMutants,
  ...timingMutants,
  ...answeringMutants,
  ...readingMutants,
  ...keepingMutants,
]

describe('the store contract suite can fail', () => {
  it('passes the store that the mutants are made from, with every capability', async () => {
    const { passed, failed } = await runContract((shared) => new SharedLogStore(shared))
    expect(Object.fromEntries(failed)).toEqual({})
    expect(passed.length).toBeGreaterThan(190)
  }, 60_000)

  for (const { fault, open, killedBy } of mutants) {
    it(`notices that ${fault}`, async () => {
      const { passed, failed } = await runContract(open, killedBy)
      expect(passed, 'tests that should have failed').toEqual([])
      expect([...failed.keys()].sort(), 'tests that failed, of those named').toEqual([...killedBy].sort())
    }, 60_000)
  }
})
