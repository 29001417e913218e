// `npm run torture`: see --help.
import { parseArgs } from 'node:util'
import { HELP, listOf, misused, numberOf, oneOf, readOptions } from './command-line.ts'
import { endWithSignals } from './end-with-signals.ts'
import { explainReport } from './explain-report.ts'
import { FAULT_KINDS, type FaultKind } from './faults/fault-kind.ts'
import { faults } from './faults/faults.ts'
import { UnknownStore } from './targets/choose-target.ts'
import { type TortureReport, torture } from './torture.ts'
import { workloadNames } from './workers/torture-workload.ts'

endWithSignals()
const values = readOptions(
  () =>
    parseArgs({
      options: {
        store: { type: 'string', default: 'sqlite:' },
        module: { type: 'string' },
        seed: { type: 'string' },
        seconds: { type: 'string' },
        round: { type: 'string' },
        processes: { type: 'string' },
        clients: { type: 'string' },
        connections: { type: 'string' },
        patience: { type: 'string' },
        through: { type: 'string' },
        workloads: { type: 'string' },
        faults: { type: 'string' },
        until: { type: 'string' },
        disk: { type: 'string' },
        out: { type: 'string' },
        keep: { type: 'boolean' },
        ...HELP,
      },
    }).values,
  help,
)
const report = await tortured()
process.stdout.write(`${explainReport(report)}\n`)
process.exitCode = report.ok ? 0 : 1

async function tortured(): Promise<TortureReport> {
  const { through, workloads } = values
  try {
    return await torture({
      store: values.module === undefined ? values.store : { module: values.module },
      seed: numberOf('seed', values.seed),
      seconds: numberOf('seconds', values.seconds),
      roundSeconds: numberOf('round', values.round),
      processes: numberOf('processes', values.processes),
      clients: numberOf('clients', values.clients),
      maxConnections: numberOf('connections', values.connections),
      patienceSeconds: numberOf('patience', values.patience),
      through: through === undefined ? undefined : oneOf('through', through, ['store', 'executor'] as const),
      workloads: workloads === undefined ? undefined : listOf('workloads', workloads, workloadNames),
      faults: faultsOf(values.faults),
      until: untilOf(values.until),
      diskMegabytes: numberOf('disk', values.disk),
      directory: values.out,
      keep: values.keep,
      log: (line) => process.stdout.write(`${line}\n`),
    })
  } catch (error) {
    if (error instanceof UnknownStore) misused(error.message)
    throw error
  }
}

function faultsOf(text: string | undefined): readonly FaultKind[] | undefined {
  if (text === undefined) return undefined
  return text === 'none' ? [] : listOf('faults', text, FAULT_KINDS)
}

/** `kill=200,kill-server=100` */
function untilOf(text: string | undefined): Partial<Record<FaultKind, number>> | undefined {
  if (text === undefined) return undefined
  const entries = text.split(',').map((part) => part.split('='))
  return Object.fromEntries(
    entries.map(([kind = '', times = '']) => [oneOf('until', kind, FAULT_KINDS), numberOf('until', times)]),
  )
}

function help(): string {
  const widest = Math.max(...faults.map(({ kind }) => kind.length))
  return `npm run torture -- [options]

  --store       sqlite:PATH, postgres://…, postgres: (a server is started and may be killed), memory:   default sqlite:
  --module      a module that exports openStore({ data, now }): a store of your own
  --seed        determines commands and faults                        default: another one each time
  --seconds     how long faults strike in all                         default 30
  --round       how long in one round, which is checked for itself    default 15
  --processes   client processes at once                              default 3
  --clients     clients in each                                       default 8
  --connections of each process, on PostgreSQL                        default 6
  --patience    seconds for everything to come to an end afterwards   default 60
  --through     store or executor                                     default: in turns
  --workloads   ${workloadNames.join(',')}
  --faults      none, or some of those below, with commas             default: all that are possible
  --until       go on until, for example: kill=200,kill-server=100
  --disk        mount a disk of so many megabytes, to be filled
  --out         directory for histories and report.json               default: a new temporary one
  --keep        keep the histories of good rounds, too

${faults.map(({ kind, summary }) => `  ${kind.padEnd(widest)}  ${summary}`).join('\n')}`
}
