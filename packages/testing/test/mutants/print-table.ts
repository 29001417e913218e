// Prints the table of mutants for docs/guarantees.md, from the JSON report of a run of all mutant tests:
//
//   npx vitest run --reporter=json --outputFile=mutants.json mutants
//   node packages/testing/test/mutants/print-table.ts mutants.json
import { readFileSync } from 'node:fs'

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly title: string
      readonly ancestorTitles: readonly string[]
      readonly status: string
      readonly duration?: number
    }[]
  }[]
}

/** Where mutants are: the file of their tests, what they are mutants of, and the titles above them. */
const GROUPS = [
  { file: 'testing/test/workload-mutants.test.ts', of: 'store', above: 'every run kills', by: '' },
  {
    file: 'testing/test/store-contract-mutants.test.ts',
    of: 'store',
    above: 'the store contract suite can fail',
    by: 'contract suite',
  },
  { file: 'testing/test/executor-mutants.test.ts', of: 'executor', above: 'races find an executor in which', by: '' },
  { file: 'postgres/test/mutants.test.ts', of: 'PostgreSQL function', above: 'racers find', by: 'race: counters' },
  {
    file: 'testing/test/projections/projection-mutants.test.ts',
    of: 'projection',
    above: 'the projection suite can fail',
    by: '',
  },
  { file: 'core/test/executor/model-mutants.test.ts', of: 'store', above: undefined, by: 'sequential model' },
] as const

const [path = ''] = process.argv.slice(2)
// As vitest writes it.
const report = JSON.parse(readFileSync(path, 'utf8')) as JsonReport
const lines = ['| Mutant of | What is wrong with it | Killed by | Seconds |', '|---|---|---|---|']
let alive = 0
for (const { file, of, above, by } of GROUPS) {
  const tests = report.testResults.find(({ name }) => name.endsWith(file))?.assertionResults ?? []
  if (tests.length === 0) throw new Error(`The report has no test of ${file}.`)
  for (const { title, ancestorTitles, status, duration = 0 } of tests) {
    if (above !== undefined && ancestorTitles.at(-1) !== above) continue
    if (status !== 'passed') alive++
    if (title.startsWith('passes ')) continue
    const { fault, killer = by } = parts(title)
    const seconds = status === 'passed' ? (duration / 1_000).toFixed(1) : '**it lives**'
    lines.push(`| ${of} | ${fault} | ${killer} | ${seconds} |`)
  }
}
process.stdout.write(`${lines.join('\n')}\n`)
process.exitCode = alive === 0 ? 0 : 1

/** `fault (workload)`, `notices that fault: test`, `notices that fault`, `the model finds a store that fault`. */
function parts(title: string): { readonly fault: string; readonly killer?: string } {
  const raced = /^(?<fault>.*) \((?<killer>[^()]*)\)$/.exec(title)?.groups
  if (raced?.fault !== undefined) return { fault: raced.fault, killer: `race: ${raced.killer}` }
  const tested = /^notices that (?<fault>.*?): (?<killer>.*)$/.exec(title)?.groups
  if (tested?.fault !== undefined) return { fault: tested.fault, killer: `test: ${tested.killer}` }
  return { fault: title.replace(/^(the model finds a store that|notices that) /, '') }
}
