import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../bootstrap/root.mjs'
import type { Step } from './step.ts'
import { readTestCounts } from './test-counts.ts'
import { runTool } from './tool.ts'

/** A step that runs tests, and closes the task with a line that a machine can read: "12 passed, 0 failed". */
export function testRun(title: string, vitestArgs: readonly string[]): Step {
  return {
    title,
    takesArguments: true,
    run: async (args) => {
      const folder = join(root, '.cache', 'vitest')
      // One file per process: two test runs in one working tree must not read each other's counts.
      const countsFile = join(folder, `counts-${process.pid}.json`)
      mkdirSync(folder, { recursive: true })
      try {
        const result = await runTool(
          { package: 'vitest', binary: 'vitest' },
          ['run', ...vitestArgs, ...reporters(args).map((name) => `--reporter=${name}`), ...args],
          { EVENTCORE_TEST_COUNTS: countsFile },
        )
        const { passed, failed, notTried } = readTestCounts(countsFile, result.exitCode)
        return {
          ...result,
          remarks: notTried.map((what) => `Not tried: ${what}`),
          closingLine: `${passed} passed, ${failed} failed`,
        }
      } finally {
        rmSync(countsFile, { force: true })
      }
    },
  }
}

/** Vitest's own choice, which naming any reporter turns off, and the one that counts. */
function reporters(args: readonly string[]): string[] {
  const chosen = args.some((arg) => arg.startsWith('--reporter'))
  const annotations = process.env.GITHUB_ACTIONS === 'true' ? ['github-actions'] : []
  return [...(chosen ? [] : ['default', ...annotations]), join(root, 'scripts', 'steps', 'count-reporter.ts')]
}
