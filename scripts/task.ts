// The commands of `npm run` that run tools: `npm run check` is `node scripts/task.ts check`.
import { runSteps } from './steps/run-steps.ts'
import type { Step } from './steps/step.ts'
import { testRun } from './steps/test-run.ts'
import { tool } from './steps/tool.ts'

const biome = { package: '@biomejs/biome', binary: 'biome' }
const tsc = { package: 'typescript', binary: 'tsc' }
const knip = { package: 'knip', binary: 'knip' }

const lint = tool('Format and lint', biome, ['check', '--error-on-warnings'])
const types = tool('Types', tsc, ['-b'])
const unused = tool('Unused code and dependencies', knip, [])

const tasks = new Map<string, readonly Step[]>([
  ['test', [lint, types, unused, testRun('Tests', [])]],
  ['test:quick', [testRun('Tests', [])]],
  ['test:slow', [testRun('Slow tests', ['--mode', 'slow'])]],
  ['check', [lint, types, unused]],
  ['build', [types]],
  ['format', [tool('Format, and apply safe fixes', biome, ['check', '--write'], { takesArguments: true })]],
])

const [name = '', ...args] = process.argv.slice(2)
const steps = tasks.get(name)
if (steps === undefined) {
  console.error(`There is no command "${name}". The commands are: ${[...tasks.keys()].join(', ')}.`)
  process.exitCode = 1
} else {
  process.exitCode = await runSteps(steps, args)
}
