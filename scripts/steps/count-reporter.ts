import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import type { TestCounts } from './test-counts.ts'

/**
 * Counts for the closing line. A test file that could not be loaded has no tests, and an error outside of every test
 * belongs to none: each counts as one failure, so that a run that failed never reads "0 failed".
 *
 * A test with an annotation of the type "not-tried" stands for tests that this machine cannot run, for want of a browser
 * say. It proved nothing, so it does not count as passed, and is listed.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const count = (module: TestModule, state: 'passed' | 'failed') => [...module.children.allTests(state)].length
    const notTried = modules
      .flatMap(({ children }) => [...children.allTests('passed')])
      .flatMap((test) => test.annotations().filter(({ type }) => type === 'not-tried'))
      .map(({ message }) => message)
    let passed = -notTried.length
    let failed = unhandledErrors.length
    for (const module of modules) {
      passed += count(module, 'passed')
      failed += count(module, 'failed')
      if (module.state() === 'failed' && count(module, 'failed') === 0) failed += 1
    }
    const file = process.env.EVENTCORE_TEST_COUNTS
    if (file !== undefined) writeFileSync(file, JSON.stringify({ passed, failed, notTried } satisfies TestCounts))
  }
}
