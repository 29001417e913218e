// `npm run torture:long`: see --help.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { HELP, listOf, misused, numberOf, readOptions } from './command-line.ts'
import { endWithSignals } from './end-with-signals.ts'
import { explainReport } from './explain-report.ts'
import { ALL, type FaultRow, postgresRows, sqliteRows } from './fault-table.ts'
import { rowFigures, rowLine, TABLE_HEAD } from './row-line.ts'
import { torture } from './torture.ts'

endWithSignals()
const known = [...new Map([...sqliteRows, ...postgresRows, ALL].map((row) => [row.name, row])).values()]
const values = readOptions(
  () =>
    parseArgs({
      options: {
        store: { type: 'string', default: 'sqlite:,postgres:' },
        rows: { type: 'string' },
        seed: { type: 'string' },
        out: { type: 'string' },
        ...HELP,
      },
    }).values,
  help,
)
const stores = values.store.split(',').map((store) => [store, rowsOf(store)] as const)
const names = known.map(({ name }) => name)
const wanted = values.rows === undefined ? names : listOf('rows', values.rows, names)
const seed = numberOf('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31)
const directory = values.out ?? mkdtempSync(join(tmpdir(), 'eventcore-torture-long-'))
const lines: string[] = []
const figures: string[] = []
let ok = true
for (const [store, rows] of stores) {
  for (const row of rows.filter(({ name }) => wanted.includes(name))) {
    write(`\n== ${store} ${row.title} ==`)
    const own = join(directory, `${store.replaceAll(/\W/g, '')}-${row.name}`)
    const report = await torture({ patienceSeconds: 300, ...row.options, store, seed, directory: own, log: write })
    write(explainReport(report))
    lines.push(rowLine(row, report))
    figures.push(`${row.title}, ${store} ${rowFigures(report)}`)
    ok &&= report.ok
  }
}
if (lines.length === 0) misused(`None of the rows ${wanted.join(', ')} is for ${values.store}.`)
write(['', ...TABLE_HEAD, ...lines, '', ...figures].join('\n'))
process.exitCode = ok ? 0 : 1

function write(text: string): void {
  process.stdout.write(`${text}\n`)
}

function rowsOf(store: string): readonly FaultRow[] {
  if (store.startsWith('sqlite:')) return [...sqliteRows, ALL]
  if (/^postgres(ql)?:/.test(store)) return [...postgresRows, ALL]
  return misused(`--store does not know ${JSON.stringify(store)}: sqlite:…, postgres:….`)
}

function help(): string {
  const widest = Math.max(...known.map(({ name }) => name.length))
  const rows = known.map((row) => {
    const [sqlite, postgres] = [sqliteRows, postgresRows].map(
      (all) => row === ALL || all.some(({ name }) => name === row.name),
    )
    const only = sqlite && postgres ? '' : sqlite ? ' (SQLite)' : ' (PostgreSQL)'
    return `  ${row.name.padEnd(widest)}  ${row.title}${only}`
  })
  return `npm run torture:long -- [options]

Each row of the fault table, one after another, and the table in Markdown. All of them take hours.

  --store   sqlite:PATH, postgres://…, postgres: (a server is started and may be killed), with commas   default sqlite:,postgres:
  --rows    some of those below, with commas                            default: all of them
  --seed    determines commands and faults                              default: another one each time
  --out     directory for histories and the report.json of each row     default: a new temporary one

${rows.join('\n')}`
}
