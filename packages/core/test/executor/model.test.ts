import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkRun } from './model/check-run.ts'
import { runScenario } from './model/run-scenario.ts'
import { type Scenario, scenarios } from './model/script.ts'

/** fast-check prints it with every failure; set EVENTCORE_SEED to have the same run again. */
const seed = Number(process.env.EVENTCORE_SEED ?? Date.now() % 2 ** 31)
const numRuns = Number(process.env.EVENTCORE_RUNS ?? 150)

/** Runs random scenarios and counts what their callers were told. */
async function runMany(arbitrary: fc.Arbitrary<Scenario>): Promise<Record<string, number>> {
  const told: Record<string, number> = {}
  const count = (what: string, by = 1): void => {
    told[what] = (told[what] ?? 0) + by
  }
  const property = fc.asyncProperty(arbitrary, async (scenario) => {
    const run = await runScenario(scenario)
    checkRun(run)
    count('retries', run.retries)
    for (const { outcome, error } of run.observations) {
      if (outcome?.status !== 'committed') count(outcome?.status ?? error?.code ?? 'error')
      else count(outcome.events.length === 0 ? 'empty' : outcome.alreadyCommitted ? 'repeated' : 'committed')
    }
  })
  await fc.assert(property, { seed, numRuns })
  return told
}

test('random mixes of commands equal executing them one at a time', { timeout: 60_000 }, async () => {
  const told = await runMany(scenarios(fc.constant(0)))
  // The comparison is worth something only if everything happened often.
  for (const what of ['committed', 'empty', 'rejected', 'repeated', 'HANDLER_FAILED', 'COMMAND_ABORTED', 'retries'])
    expect(told[what], what).toBeGreaterThan(10)
})

test('they do so too when calls of the store fail, lose their answers, or land late', { timeout: 60_000 }, async () => {
  const told = await runMany(scenarios(fc.constantFrom(5, 20)))
  for (const what of ['committed', 'empty', 'rejected', 'repeated', 'retries'])
    expect(told[what], what).toBeGreaterThan(10)
})
