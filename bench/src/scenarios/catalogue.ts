import { COLD_START_SCENARIOS } from './cold-start.ts'
import { COMMAND_SCENARIOS } from './commands.ts'
import { FEED_SCENARIOS } from './feed.ts'
import { PROJECTION_SCENARIOS } from './projections.ts'
import type { Scenario } from './scenario.ts'
import { STORE_SCENARIOS } from './store-scenarios.ts'

export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [...COMMAND_SCENARIOS, ...STORE_SCENARIOS, ...FEED_SCENARIOS, ...PROJECTION_SCENARIOS, ...COLD_START_SCENARIOS].map(
    (scenario) => [scenario.name, scenario],
  ),
)

/** @throws Error that names all there are */
export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.get(name)
  if (scenario === undefined)
    throw new Error(`There is no scenario "${name}". There are ${[...SCENARIOS.keys()].join(', ')}.`)
  return scenario
}
