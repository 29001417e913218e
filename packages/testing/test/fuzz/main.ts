// `npm run fuzz -- --cases 1000000 --seed 1`: feeds everything that takes something from outside with nonsense.
import { parseArgs } from 'node:util'
import { HELP, misused, numberOf, readOptions } from '../../src/torture/command-line.ts'
import { describeFuzz, runFuzz } from './run-fuzz.ts'

const values = readOptions(
  () => parseArgs({ options: { cases: { type: 'string' }, seed: { type: 'string' }, ...HELP } }).values,
  () => `npm run fuzz -- [options]

  --cases   how many in all                                default 1000000
  --seed    a whole number that determines all of them     default: another one each time`,
)
const cases = numberOf('cases', values.cases) ?? 1_000_000
const seed = numberOf('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31)
if (!Number.isSafeInteger(cases) || cases < 1) misused('--cases is a whole number, 1 or more.')
if (!Number.isSafeInteger(seed)) misused('--seed is a whole number.')
const start = performance.now()
const report = await runFuzz(cases, seed, (target) => process.stderr.write(`${target} …\n`))
const seconds = ((performance.now() - start) / 1_000).toFixed(0)
const megabytes = (process.resourceUsage().maxRSS / 1_024).toFixed(0)
process.stdout.write(`${describeFuzz(report)}, ${seconds} s, ${megabytes} MB at most\n`)
process.exitCode = report.failed > 0 || report.polluted.length > 0 ? 1 : 0
