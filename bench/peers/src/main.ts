// npm run bench:peers
import { parseArgs } from 'node:util'
import { Progress } from '../../src/harness/progress.ts'
import { inTurns } from '../../src/harness/schedule.ts'
import { writeReport } from '../../src/report/write-report.ts'
import { commandLine } from '../../src/results/command-line.ts'
import { writeResults } from '../../src/results/files.ts'
import { describeMachine } from '../../src/results/machine.ts'
import { measuredCode } from '../../src/results/measured-code.ts'
import { RESULT_FORMAT, type Sample } from '../../src/results/result-file.ts'
import { textTable } from '../../src/results/text-table.ts'
import { versionsOf } from '../../src/results/versions.ts'
import { BenchServer } from '../../src/stores/postgres-server.ts'
import { PEER_CELLS, type PeerCell, peerCellId } from './cells.ts'
import { PeerMeasurer, peerCellOf } from './measure-peer.ts'
import type { Participant } from './participant.ts'
import { PARTICIPANTS, participantNamed } from './participants/catalogue.ts'

const HELP = `EventCore and others, side by side: the same business, the same server, 10 connections each, one right after the other,
each by the way that its own docs recommend, all judged by the same oracle.

npm run bench:peers -- [SCENARIO...] [options]
  SCENARIO          only these: ${[...new Set(PEER_CELLS.map(({ scenario }) => scenario))].join(', ')}
  --only NAMES      only these participants, with commas: ${Object.keys(PARTICIPANTS).join(', ')}
  --rounds N        how often each is measured, in turns. Default 3
  --seconds N       how long one measurement takes. Default 1.5
  --minutes N       stop after so long
  --label TEXT      what a reader of the results must know
  --out FILE        where the results go. Default bench/results/latest-peers.json
  --report          write docs/guide/benchmarks.md and its plots from bench/results/*.json afterwards`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: Object.keys(PARTICIPANTS).join(',') },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1.5' },
    minutes: { type: 'string' },
    label: { type: 'string', default: '' },
    out: { type: 'string', default: 'bench/results/latest-peers.json' },
    report: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(`${HELP}\n`)
else await compare()

async function compare(): Promise<void> {
  const names = values.only.split(',')
  const cells = PEER_CELLS.filter(
    ({ scenario, participant }) =>
      names.includes(participant) && (positionals.length === 0 || positionals.includes(scenario)),
  )
  const participants = new Map<string, Participant>()
  for (const name of new Set(cells.map(({ participant }) => participant)))
    participants.set(name, await participantNamed(name))
  const startedAt = new Date()
  const machine = describeMachine()
  const progress = new Progress()
  const server = await BenchServer.start()
  const measurer = new PeerMeasurer(server)
  const samples = new Map<PeerCell, Sample[]>()
  try {
    const participantOf = (cell: PeerCell): Participant => participants.get(cell.participant) as Participant
    const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
    const { left, failed } = await inTurns(cells, { rounds: Number(values.rounds), minutes }, async (cell, round) => {
      progress.step(undefined, `round ${round}: ${peerCellId(cell)}`)
      const sample = await measurer.measure(cell, participantOf(cell), Number(values.seconds) * cell.share, round)
      samples.set(cell, [...(samples.get(cell) ?? []), sample])
    })
    progress.end()
    const packages = new Set([...participants.values()].flatMap((participant) => participant.packages))
    const results = {
      format: RESULT_FORMAT,
      kind: 'peers',
      label: values.label,
      command: commandLine('npm run bench:peers'),
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      machine,
      ...measuredCode(),
      versions: versionsOf([...packages, 'pg'], import.meta.url),
      settings: { postgres: await server.settings() },
      limits: [],
      cells: Array.from(samples, ([cell, all]) => peerCellOf(cell, participantOf(cell), all)),
    } as const
    await writeResults(values.out, results)
    process.stdout.write(`${textTable(results.cells)}\n${verdicts(results.cells)}`)
    if (left.length > 0) process.stderr.write(`Time was up before: ${left.map(peerCellId).join(', ')}\n`)
    for (const [cell, error] of failed) process.stderr.write(`FAILED ${peerCellId(cell)}: ${String(error)}\n`)
    if (values.report) await writeReport()
  } finally {
    await measurer.close()
    await server.stop()
  }
}

/** What the oracle has against whom. */
function verdicts(cells: readonly { readonly id: string; readonly samples: readonly Sample[] }[]): string {
  const lines = cells.map(({ id, samples }) => {
    const sum = (of: (sample: Sample) => number): number => samples.reduce((total, sample) => total + of(sample), 0)
    const wrong = [
      [sum(({ verdict }) => verdict.lost), 'lost'],
      [sum(({ verdict }) => verdict.surplus), 'never acknowledged'],
      [sum(({ verdict }) => verdict.oversold), 'oversold'],
    ].filter(([count]) => count !== 0)
    const acknowledged = sum(({ verdict }) => verdict.acknowledged)
    return wrong.length === 0
      ? ''
      : `WRONG ${id}: ${wrong.map((pair) => pair.join(' ')).join(', ')} of ${acknowledged}\n`
  })
  return lines.join('') || 'The oracle has nothing against anybody.\n'
}
