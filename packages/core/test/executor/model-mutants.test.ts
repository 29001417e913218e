import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogStore } from './fixture/log-store.ts'
import { checkRun } from './model/check-run.ts'
import { runScenario } from './model/run-scenario.ts'
import { scenarios } from './model/script.ts'
import * as mutants from './model/store-mutants.ts'

/** Fixed: that a broken store is found must not depend on the day. */
const seed = 20261123

test.each(Object.entries(mutants))('the model finds a store that %s', { timeout: 60_000 }, async (_name, Mutant) => {
  const property = fc.asyncProperty(scenarios(fc.constant(0)), async (scenario) => {
    const store: LogStore = new Mutant()
    checkRun(await runScenario(scenario, store))
  })
  const { failed, numRuns } = await fc.check(property, { seed, numRuns: 300, endOnFailure: true })
  expect(failed, `not found in ${numRuns} scenarios`).toBe(true)
})
