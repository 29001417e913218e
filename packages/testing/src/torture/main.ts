// `npm run torture`: see --help.
import { parseArgs } from 'node:util'
import { endWithSignals } from './end-with-signals.ts'
import { explainReport } from './explain-report.ts'
import { FAULT_KINDS, type FaultKind } from './faults/fault-kind.ts'
import { faults } from './faults/faults.ts'
import { torture } from './torture.ts'
import { type WorkloadName, workloadNames } from './workers/torture-workload.ts'

endWithSignals()
const { values } = parseArgs({
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
    help: { type: 'boolean', short: 'h' },
  },
})

if (values.help === true) {
  process.stdout.write(`${help()}\n`)
} else {
  const report = await torture({
    store: values.module === undefined ? values.store : { module: values.module },
    seed: numeric('seed'),
    seconds: numeric('seconds'),
    roundSeconds: numeric('round'),
    processes: numeric('processes'),
    clients: numeric('clients'),
    maxConnections: numeric('connections'),
    patienceSeconds: numeric('patience'),
    through:
      values.through === undefined ? undefined : oneOf(['store', 'executor'] as const, values.through, 'through'),
    workloads: listOf<WorkloadName>(workloadNames, values.workloads, 'workloads'),
    faults: values.faults === 'none' ? [] : listOf<FaultKind>(FAULT_KINDS, values.faults, 'faults'),
    until: untilOf(values.until),
    diskMegabytes: numeric('disk'),
    directory: values.out,
    keep: values.keep,
    log: (line) => process.stdout.write(`${line}\n`),
  })
  process.stdout.write(`${explainReport(report)}\n`)
  process.exitCode = report.ok ? 0 : 1
}

type Numeric = 'seed' | 'seconds' | 'round' | 'processes' | 'clients' | 'connections' | 'patience' | 'disk'

function numeric(name: Numeric): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value >= 0)) throw new TypeError(`--${name} is ${JSON.stringify(text)}; a number is expected.`)
  return value
}

function oneOf<Name extends string>(names: readonly Name[], text: string, option: string): Name {
  const name = names.find((one) => one === text)
  if (name === undefined) throw new TypeError(`--${option} does not know ${JSON.stringify(text)}: ${names.join(', ')}.`)
  return name
}

function listOf<Name extends string>(names: readonly Name[], text: string | undefined, option: string) {
  return text?.split(',').map((one) => oneOf(names, one, option))
}

/** `kill=200,kill-server=100` */
function untilOf(text: string | undefined): Partial<Record<FaultKind, number>> | undefined {
  if (text === undefined) return undefined
  const entries = text.split(',').map((part) => part.split('='))
  return Object.fromEntries(entries.map(([kind = '', times]) => [oneOf(FAULT_KINDS, kind, 'until'), Number(times)]))
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
