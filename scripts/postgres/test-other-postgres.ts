import type { Step } from '../steps/step.ts'
import { testRun } from '../steps/test-run.ts'
import { installOtherPostgres } from './other-postgres.ts'

const tests = testRun('Tests', [])

/** Runs the tests of the PostgreSQL store, or those of the paths given, on servers of another major version. */
export const testOnOtherPostgres: Step = {
  title: 'Tests on another PostgreSQL',
  takesArguments: true,
  run: async ([major, ...paths]) => {
    try {
      process.env.EVENTCORE_TEST_POSTGRES_BIN = await installOtherPostgres(major)
      // It would be used instead.
      delete process.env.EVENTCORE_TEST_POSTGRES_URL
    } catch (error) {
      console.error(String(error))
      return { exitCode: 1 }
    }
    return await tests.run(paths.length === 0 ? ['packages/postgres'] : paths)
  },
}
