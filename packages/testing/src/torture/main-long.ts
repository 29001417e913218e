// `npm run torture:long`: each row of the fault table, on SQLite and PostgreSQL. Prints the table in Markdown.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { endWithSignals } from './end-with-signals.ts'
import { explainReport } from './explain-report.ts'
import { ALL, type FaultRow, postgresRows, sqliteRows } from './fault-table.ts'
import { type TortureReport, torture } from './torture.ts'

endWithSignals()
const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'sqlite:,postgres:' },
    rows: { type: 'string' },
    seed: { type: 'string' },
    out: { type: 'string' },
  },
})
const directory = values.out ?? mkdtempSync(join(tmpdir(), 'eventcore-torture-long-'))
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
const lines: string[] = []
let ok = true
for (const store of values.store.split(',')) {
  const rows = [...(store.startsWith('sqlite:') ? sqliteRows : postgresRows), ALL]
  const wanted = values.rows?.split(',')
  for (const row of rows.filter(({ name }) => wanted?.includes(name) ?? true)) {
    write(`\n== ${store} ${row.title} ==`)
    const own = join(directory, `${store.replaceAll(/\W/g, '')}-${row.name}`)
    const report = await torture({ patienceSeconds: 300, ...row.options, store, seed, directory: own, log: write })
    write(explainReport(report))
    lines.push(tableLine(row, report))
    ok &&= report.ok
  }
}
write(
  [
    '',
    '| Fault | Store | Faults | Commands | Lost | Torn | Anomalies | Unknown: committed, absent | |',
    '|---|---|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n'),
)
process.exitCode = ok ? 0 : 1

function write(text: string): void {
  process.stdout.write(`${text}\n`)
}

function tableLine({ title }: FaultRow, { store, rounds, ok: passed }: TortureReport): string {
  const sum = (of: (round: (typeof rounds)[number]) => number): number =>
    rounds.reduce((total, round) => total + of(round), 0)
  const most = (of: (round: (typeof rounds)[number]) => number): number => Math.max(0, ...rounds.map(of))
  const strikes = new Map<string, number>()
  for (const round of rounds)
    for (const [kind, times] of Object.entries(round.strikes)) strikes.set(kind, (strikes.get(kind) ?? 0) + times)
  const notes = [
    `${sum(({ figures }) => figures.conflicts)} conflicts`,
    `${most(({ attempts }) => attempts.p99)} attempts p99`,
    `${sum(({ takeOvers }) => takeOvers)} take-overs`,
    `${sum(({ figures }) => figures.unknownAppends)} answers lost`,
    `loop delay p99 ${most(({ figures }) => figures.loopDelayP99)} ms`,
    `append given up after at most ${most(({ figures }) => figures.longestUnanswered)} ms`,
    ...[...new Set(rounds.flatMap(({ measured }) => Object.keys(measured)))].map(
      (what) =>
        `${what}: p50 ${most((round) => round.measured[what]?.p50 ?? 0)}, max ${most((round) => round.measured[what]?.max ?? 0)}`,
    ),
    ...(passed ? [] : ['**FAILED**']),
  ]
  const unknown = `${sum((round) => round.unknownCommitted)}, ${sum((round) => round.unknownAbsent)}`
  const cells = [
    title,
    store,
    Array.from(strikes, ([kind, times]) => `${times} ${kind}`).join(', ') || '–',
    sum(({ calls }) => calls),
    sum(({ lost }) => lost),
    sum(({ torn }) => torn),
    sum(({ anomalies }) => anomalies),
    unknown,
    notes.join(', '),
  ]
  return `| ${cells.join(' | ')} |`
}
