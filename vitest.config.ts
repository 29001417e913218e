import { defaultExclude, defineConfig } from 'vitest/config'

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
    // For the processes and threads that tests start: both inherit it from the process that runs the test.
    execArgv: [`--conditions=${source}`],
    globalSetup: ['test/setup/shared-postgres.ts'],
    typecheck: {
      enabled: mode !== 'slow',
      include: ['packages/*/test/**/*.test-d.ts'],
      tsconfig: 'tsconfig.type-tests.json',
      // They are for the type check of the whole project (`tsc -b`) to report.
      ignoreSourceErrors: true,
    },
    maxWorkers: 2,
    passWithNoTests: mode === 'slow',
  },
}))
