import { join } from 'node:path'
import { defaultExclude, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/setup/longest-first.ts'

// The sources of the workspace's packages, so that no test needs a build (see `customConditions` in tsconfig.base.json).
const source = 'eventcore-source'
const conditions = [source, 'module', 'node', 'development|production']

// `vitest --mode slow` runs the long proofs instead of the everyday tests.
export default defineConfig(({ mode }) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [source, 'node'] } },
  test: {
    include: ['packages/*', 'examples/*', 'bench', '.'].flatMap((folder) =>
      ['src', 'test'].map((part) => `${folder}/${part}/**/*.${mode === 'slow' ? 'slow.test' : 'test'}.ts`),
    ),
    exclude: mode === 'slow' ? defaultExclude : [...defaultExclude, '**/*.slow.test.ts'],
    // Generous, since a busy machine is no defect: what hangs is told all the same.
    testTimeout: mode === 'slow' ? 300_000 : 30_000,
    hookTimeout: 30_000,
    // For the processes and threads that tests start: both inherit it from the process that runs the test.
    execArgv: [`--conditions=${source}`],
    // Likewise: what one has compiled the others need not, which is a quarter of what it costs to start the banking example.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache', 'node') },
    globalSetup: ['test/setup/shared-postgres.ts'],
    typecheck: {
      enabled: mode !== 'slow',
      include: ['packages/*/test/**/*.test-d.ts'],
      tsconfig: 'tsconfig.type-tests.json',
      // They are for the type check of the whole project (`tsc -b`) to report.
      ignoreSourceErrors: true,
    },
    // One more than the two cores that the tests are to do with: many wait at times, for a process, a disk or a clock. Two at a time
    // left the two cores idle for 15 % of a run.
    maxWorkers: mode === 'slow' ? 2 : 3,
    sequence: { sequencer: LongestFirst },
    passWithNoTests: mode === 'slow',
  },
}))
