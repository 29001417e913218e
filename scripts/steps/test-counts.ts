import { existsSync, readFileSync } from 'node:fs'

export interface TestCounts {
  readonly passed: number
  readonly failed: number
  /** What a test said that it could not try on this machine, and why. Such a test counts neither as passed nor as failed. */
  readonly notTried: readonly string[]
}

/** What the reporter counted. A run that failed has a failure, even if it ended before anything was counted. */
export function readTestCounts(file: string, exitCode: number): TestCounts {
  const counts: TestCounts = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { passed: 0, failed: 0, notTried: [] }
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}
