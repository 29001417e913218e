import { defaultExclude, defineConfig } from 'vitest/config'

// The sources of the workspace packages, so that no test needs a build (see `customConditions` in tsconfig.base.json).
const conditions = ['eventcore-source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['eventcore-source'] } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'examples/*/{src,test}/**/*.test.ts',
      'bench/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: [...defaultExclude, '**/*.slow.test.ts'],
    passWithNoTests: true,
    maxWorkers: 2,
  },
})
