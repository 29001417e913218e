// `npm run fuzz -- --cases 1000000 --seed 1`: feeds everything that takes something from outside with nonsense.
import { parseArgs } from 'node:util'
import { describeFuzz, runFuzz } from './run-fuzz.ts'

const { values } = parseArgs({ options: { cases: { type: 'string' }, seed: { type: 'string' } } })
const cases = Number(values.cases ?? 1_000_000)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
if (!Number.isSafeInteger(cases) || cases < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('npm run fuzz -- --cases <how many> --seed <a whole number>\n')
  process.exit(2)
}
const start = performance.now()
const report = await runFuzz(cases, seed, (target) => process.stderr.write(`${target} …\n`))
const seconds = ((performance.now() - start) / 1_000).toFixed(0)
const megabytes = (process.resourceUsage().maxRSS / 1_024).toFixed(0)
process.stdout.write(`${describeFuzz(report)}, ${seconds} s, ${megabytes} MB at most\n`)
process.exitCode = report.failed > 0 || report.polluted.length > 0 ? 1 : 0
