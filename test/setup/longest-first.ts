import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { root } from '../../scripts/bootstrap/root.mjs'

/**
 * What takes longest, the longest first: 20 seconds to two minutes each. Vitest knows how long files took the last time; a fresh
 * clone does not, and would keep one core idle at the end, while the other one is busy with the contract of a store.
 */
const LONGEST = [
  'packages/postgres/test/contract.test.ts',
  'packages/testing/test/torture/torture.test.ts',
  'packages/postgres/test/mutants.test.ts',
  'packages/postgres/test/disturbed.test.ts',
  'examples/banking/test/statements.test.ts',
  'packages/testing/test/executor-mutants.test.ts',
  'bench/test/scenarios.test.ts',
  'packages/postgres/test/projections/killed.test.ts',
  'examples/banking/test/statement.test.ts',
  'packages/testing/test/workload-stores.test.ts',
  'packages/postgres/test/projections/contract.test.ts',
  'packages/sqlite/test/projections/killed.test.ts',
  'examples/banking/test/command-line.test.ts',
  'packages/testing/test/memory/memory.test.ts',
  'examples/banking/test/kill.test.ts',
  'examples/banking/test/sample.test.ts',
  'packages/postgres/test/feed.test.ts',
].map((path) => join(root, path))

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const missing = LONGEST.filter((path) => !existsSync(path))
    if (missing.length > 0)
      throw new Error(`No such test file: ${missing.join(', ')}. See test/setup/longest-first.ts.`)
    const places = new Map(LONGEST.map((path, place) => [path, place]))
    const placeOf = ({ moduleId }: TestSpecification): number => places.get(moduleId) ?? LONGEST.length
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => placeOf(a) - placeOf(b))
  }
}
