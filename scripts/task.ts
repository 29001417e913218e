// The commands of `npm run` that are made of tools: `npm run check` is `node scripts/task.ts check`.
import { writeApiFiles } from './api/write-api-files.ts'
import { writeReference } from './docs/reference/write-reference.ts'
import { installSiteTools, vitepress } from './docs/site/site-steps.ts'
import { packedPackageSteps } from './packages/packed-packages.ts'
import { workspacePackages } from './packages/workspace-packages.ts'
import { testOnOtherPostgres } from './postgres/test-other-postgres.ts'
import { runSteps } from './steps/run-steps.ts'
import type { Step } from './steps/step.ts'
import { testRun } from './steps/test-run.ts'
import { tool } from './steps/tool.ts'
import { reportTypeCheckCost } from './types/budget/report.ts'

const biome = { package: '@biomejs/biome', binary: 'biome' }
const changeset = { package: '@changesets/cli', binary: 'changeset' }
const knip = { package: 'knip', binary: 'knip' }
const tsc = { package: 'typescript', binary: 'tsc' }

const lint = tool('Format and lint', biome, ['check', '--error-on-warnings'])
const types = tool('Types', tsc, ['-b'])
const build = tool('Build', tsc, ['-b'])
const unused = tool('Unused code and dependencies', knip, [])
const buildPackages = tool('Build', tsc, ['-b', ...workspacePackages().map(({ folder }) => folder)])
const site = [buildPackages, writeReference, installSiteTools]
const publish = tool('Publish', changeset, ['publish'])

interface Task {
  readonly steps: readonly Step[]
  /** For steps that build on one another. Otherwise all run: a space too many must not hide the result of the tests. */
  readonly stopAtFailure?: boolean
}

const tasks = new Map<string, Task>([
  ['test', { steps: [lint, types, unused, testRun('Tests', [])] }],
  ['test:quick', { steps: [testRun('Tests', [])] }],
  ['test:slow', { steps: [testRun('Slow tests', ['--mode', 'slow'])] }],
  ['test:postgres', { steps: [testOnOtherPostgres] }],
  ['check', { steps: [lint, types, unused] }],
  ['format', { steps: [tool('Format', biome, ['check', '--write'], { takesArguments: true })] }],
  ['build', { steps: [build] }],
  ['api:update', { steps: [writeApiFiles] }],
  ['docs', { steps: [...site, vitepress('Site', 'dev')], stopAtFailure: true }],
  ['docs:build', { steps: [...site, vitepress('Site', 'build')], stopAtFailure: true }],
  ['bench:types', { steps: [reportTypeCheckCost] }],
  ['changeset', { steps: [tool('Describe a change', changeset, ['add'], { takesArguments: true })] }],
  ['lint:packages', { steps: [build, ...packedPackageSteps()], stopAtFailure: true }],
  ['release', { steps: [build, ...packedPackageSteps(), publish], stopAtFailure: true }],
])

const [name = '', ...args] = process.argv.slice(2)
const task = tasks.get(name)
if (task === undefined) {
  console.error(`There is no command "${name}". The commands are: ${[...tasks.keys()].join(', ')}.`)
  process.exitCode = 1
} else {
  process.exitCode = await runSteps(task.steps, args, task)
}
