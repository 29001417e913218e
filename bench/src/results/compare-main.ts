// npm run bench:compare -- BEFORE.json AFTER.json
import { compareResults } from './compare.ts'
import { readResults } from './files.ts'

const [before, after] = process.argv.slice(2)
if (before === undefined || after === undefined) {
  process.stderr.write(
    'npm run bench:compare -- BEFORE.json AFTER.json\nSays what changed beyond the noise; ends with 1 when anything got worse.\n',
  )
  process.exitCode = 2
} else {
  const { changes, onlyBefore, onlyAfter, warnings } = compareResults(
    await readResults(before),
    await readResults(after),
  )
  for (const warning of warnings) process.stdout.write(`! ${warning}\n`)
  const width = Math.max(0, ...changes.map(({ id }) => id.length))
  for (const kind of ['worse', 'better', 'within the noise'] as const) {
    const some = changes.filter(({ verdict }) => verdict === kind)
    if (some.length === 0) continue
    process.stdout.write(`${kind} (${some.length})\n`)
    for (const { id, ratio, noise, before: a, after: b } of some.toSorted((x, y) => x.ratio - y.ratio))
      process.stdout.write(
        `  ${id.padEnd(width)}  × ${ratio.toFixed(2)} (noise ± ${Math.round(noise * 100)} %)  ${a.median.perSecond} to ${b.median.perSecond} ${a.unit}/s, cpu ${a.median.clientCpu} to ${b.median.clientCpu} µs\n`,
      )
  }
  if (onlyBefore.length > 0) process.stdout.write(`not measured any more: ${onlyBefore.join(', ')}\n`)
  if (onlyAfter.length > 0) process.stdout.write(`new: ${onlyAfter.join(', ')}\n`)
  if (changes.some(({ verdict }) => verdict === 'worse')) process.exitCode = 1
}
