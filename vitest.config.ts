import { join } from 'node:path'
import { defaultExclude, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/setup/longest-first.ts'

// The sources of the workspace's packages, so that no test needs a build (see `customConditions` in tsconfig.base.json).
const source = 'eventcore-source'
const conditions = [source, 'module', 'node', 'development|production']

// `vitest --mode slow` runs the long proofs instead of the everyday tests.
export default defineConfig(({ mode }) => {
  const slow = mode === 'slow'
  const testsOf = (...folders: readonly string[]): string[] =>
    folders.flatMap((folder) =>
      ['src', 'test'].map((part) => `${folder}/${part}/**/*.${slow ? 'slow.test' : 'test'}.ts`),
    )
  const exclude = slow ? defaultExclude : [...defaultExclude, '**/*.slow.test.ts']
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: [source, 'node'] } },
    test: {
      // Generous, since a busy machine is no defect: what hangs is told all the same.
      testTimeout: slow ? 300_000 : 30_000,
      hookTimeout: 30_000,
      // For the processes and threads that tests start: both inherit it from the process that runs the test.
      execArgv: [`--conditions=${source}`],
      // Likewise: what one has compiled the others need not, which is a quarter of what it costs to start the banking example.
      env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache', 'node') },
      globalSetup: ['test/setup/shared-postgres.ts'],
      // One more than the two cores that the tests are to do with: many wait at times, for a process, a disk or a clock. Two at a time
      // left the two cores idle for 15 % of a run.
      maxWorkers: slow ? 2 : 3,
      sequence: { sequencer: LongestFirst },
      passWithNoTests: slow,
      projects: [
        {
          extends: true,
          test: {
            name: 'core',
            include: testsOf('packages/core'),
            exclude,
            // A process for each file, which loads all sources again, costs 0.8 s of CPU time: 103 s instead of 63 for the 51 files.
            // So what one of these tests changes outside of its file, it puts back.
            isolate: slow,
          },
        },
        {
          extends: true,
          test: {
            name: 'all else',
            include: testsOf('packages/!(core)', 'examples/*', 'bench', '.'),
            exclude,
            typecheck: {
              enabled: !slow,
              include: ['packages/*/test/**/*.test-d.ts'],
              tsconfig: 'tsconfig.type-tests.json',
              // They are for the type check of the whole project (`tsc -b`) to report.
              ignoreSourceErrors: true,
            },
          },
        },
      ],
    },
  }
})
