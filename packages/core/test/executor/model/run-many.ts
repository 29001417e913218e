import fc from 'fast-check'
import { checkRun } from './check-run.ts'
import { runScenario } from './run-scenario.ts'
import { scenarios } from './script.ts'

/** fast-check prints it with every failure; set EVENTCORE_SEED to have the same run again. */
const seed = Number(process.env.EVENTCORE_SEED ?? Date.now() % 2 ** 31)

/**
 * Runs and checks random scenarios. Counts what their callers were told, since a comparison is worth something only if
 * everything happened often.
 * @param faults percent of store calls that go wrong, by chance one of these in each scenario
 */
export async function runMany(numRuns: number, faults: readonly number[]): Promise<Record<string, number>> {
  const told: Record<string, number> = {}
  const count = (what: string, by = 1): void => {
    told[what] = (told[what] ?? 0) + by
  }
  const property = fc.asyncProperty(scenarios(fc.constantFrom(...faults)), async (scenario) => {
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
