// npm run bench
import { parseArgs } from 'node:util'
import { type CellPlan, cellId, growth, STANDARD } from './cells.ts'
import { hotspotsIn } from './harness/cpu-profile.ts'
import { Progress } from './harness/progress.ts'
import { inTurns } from './harness/schedule.ts'
import { measureLimits } from './limits/limits.ts'
import { cellOf, measureCell } from './measure-cell.ts'
import { writeReport } from './report/write-report.ts'
import { commandLine } from './results/command-line.ts'
import { writeResults } from './results/files.ts'
import { describeMachine } from './results/machine.ts'
import { measuredCode } from './results/measured-code.ts'
import { RESULT_FORMAT, type ResultFile, type Sample } from './results/result-file.ts'
import { textTable } from './results/text-table.ts'
import { versionsOf } from './results/versions.ts'
import { SCENARIOS } from './scenarios/catalogue.ts'
import { STORE_NAMES, type StoreName } from './stores/open-store.ts'
import { BenchServer } from './stores/postgres-server.ts'

const HELP = `Measures full commands (validation, fold, decision, commit record, durable commit), the feed and projections. Each
run has processes and a database of its own, and is checked against its log: what was acknowledged, and nothing else, is there.

npm run bench -- [SCENARIO...] [options]
  SCENARIO          only these: ${[...SCENARIOS.keys()].join(', ')}
  --store NAME      only these, with commas: ${STORE_NAMES.join(', ')}
  --rounds N        how often each is measured, in turns. Default 3; medians are reported
  --seconds N       how long one measurement of a goal takes; half of it for the others. Default 1.5
  --minutes N       stop after so long: everything once, then the goals again, then the others again
  --goals           only what goals are set for
  --growth LIST     instead: transfers with so many events stored, e.g. 100000,1000000,10000000
  --no-limits       do not measure what the disk and the databases can do without a library
  --profile DIR     leave CPU profiles of the measured processes there, and say what took the most time in them
  --label TEXT      what a reader of the results must know
  --out FILE        where the results go. Default bench/results/latest.json
  --report          write docs/guide/benchmarks.md and its plots from bench/results/*.json afterwards
  --help

npm run bench:report, npm run bench:compare -- A.json B.json, npm run bench:peers`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    store: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '1.5' },
    minutes: { type: 'string' },
    goals: { type: 'boolean', default: false },
    growth: { type: 'string' },
    'no-limits': { type: 'boolean', default: false },
    profile: { type: 'string' },
    label: { type: 'string', default: '' },
    out: { type: 'string', default: 'bench/results/latest.json' },
    report: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(`${HELP}\n`)
else process.exitCode = await bench()

async function bench(): Promise<number> {
  const stores = values.store === '' ? [...STORE_NAMES] : values.store.split(',')
  const unknownStore = stores.find((store) => !STORE_NAMES.some((name) => name === store))
  const unknownScenario = positionals.find((name) => !SCENARIOS.has(name))
  if (unknownStore !== undefined || unknownScenario !== undefined) {
    process.stderr.write(
      `There is no ${unknownStore === undefined ? `scenario "${unknownScenario}"` : `store "${unknownStore}"`}. See --help.\n`,
    )
    return 2
  }
  const plans = plansFor(stores)
  const startedAt = new Date()
  const machine = describeMachine()
  const progress = new Progress()
  const server = plans.some(({ store }) => store === 'postgres') ? await BenchServer.start() : undefined
  const samples = new Map<CellPlan, Sample[]>()
  try {
    const settings = server === undefined ? {} : { postgres: await server.settings() }
    const seconds = Number(values.seconds)
    const limits = values['no-limits'] ? [] : await measureLimits(server, seconds / 2)
    const { left, failed } = await inTurns(
      plans,
      { rounds: Number(values.rounds), minutes: values.minutes === undefined ? undefined : Number(values.minutes) },
      async (plan, round) => {
        progress.step(undefined, `round ${round}: ${cellId(plan)}`)
        const sample = await measureCell(plan, {
          seconds: plan.headline ? seconds : seconds / 2,
          seed: round,
          server,
          profiles: values.profile,
        })
        samples.set(plan, [...(samples.get(plan) ?? []), sample])
      },
    )
    progress.end()
    const results: ResultFile = {
      format: RESULT_FORMAT,
      kind: 'eventcore',
      label: values.label,
      command: commandLine('npm run bench'),
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      machine,
      ...measuredCode(),
      versions: versionsOf(['eventcore', 'pg', 'zod']),
      settings,
      limits,
      cells: Array.from(samples, ([plan, all]) => cellOf(plan, all)),
    }
    await writeResults(values.out, results)
    process.stdout.write(`${textTable(results.cells)}\n`)
    for (const { name, perSecond } of limits) process.stdout.write(`limit ${name}: ${Math.round(perSecond)}/s\n`)
    if (values.profile !== undefined)
      for (const { share, where } of await hotspotsIn(values.profile, 25))
        process.stdout.write(`${(share * 100).toFixed(1).padStart(5)} %  ${where}\n`)
    if (left.length > 0) process.stderr.write(`Time was up before: ${left.map(cellId).join(', ')}\n`)
    for (const [plan, error] of failed) process.stderr.write(`FAILED ${cellId(plan)}: ${String(error)}\n`)
    if (values.report) await writeReport()
    return failed.size === 0 ? 0 : 1
  } finally {
    await server?.stop()
  }
}

function plansFor(stores: readonly string[]): readonly CellPlan[] {
  const wanted = ({ store, scenario, headline }: CellPlan): boolean =>
    stores.includes(store) &&
    (positionals.length === 0 || positionals.includes(scenario)) &&
    (!values.goals || headline)
  if (values.growth === undefined) return STANDARD.filter(wanted)
  const names = (values.store === '' ? ['sqlite', 'postgres'] : stores) as StoreName[]
  return growth(values.growth.split(',').map(Number), names)
}
