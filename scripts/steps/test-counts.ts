import { existsSync, readFileSync } from 'node:fs'

export interface TestCounts {
  readonly passed: number
  readonly failed: number
}

/** What the reporter counted. A run that failed has a failure, even if it ended before anything was counted. */
export function readTestCounts(file: string, exitCode: number): TestCounts {
  const counts = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestCounts) : { passed: 0, failed: 0 }
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}
