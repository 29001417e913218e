import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { type Run, runScenario } from './run-scenario.ts'
import { SCENARIOS } from './scenarios.ts'
import { STORES } from './stores/open-store.ts'

const HELP = `Measures full commands: validation, fold, decision, commit record, durable commit. Each run is checked against its log.

npm run bench -- [options]
  --store NAME      ${Object.keys(STORES).join(', ')}; several with commas. Default: memory,sqlite
  --scenario TEXT   only scenarios whose name contains it: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --rounds N        how often each is run, in turns. Default 3; medians are reported
  --seconds N       how long one run takes, after a quarter of it to warm up. Default 2
  --json            one object on stdout
  --help`

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'memory,sqlite' },
    scenario: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(`${HELP}\n`)
  process.exit(0)
}

const stores = values.store.split(',')
const unknown = stores.find((store) => !(store in STORES))
if (unknown !== undefined) {
  process.stderr.write(`There is no store "${unknown}" to measure. There are ${Object.keys(STORES).join(', ')}.\n`)
  process.exit(2)
}

const scenarios = SCENARIOS.filter(({ name }) => name.includes(values.scenario))
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const machine = {
  cpus: cpus().length,
  model: cpus()[0]?.model,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
}
const results = new Map<
  string,
  { store: string; scenario: string; durability: string; inFlight: number; runs: Run[] }
>()

// In turns (A B A B …), so that a machine that slows down slows all of them down.
for (let round = 1; round <= rounds; round++)
  for (const scenario of scenarios)
    for (const name of stores) {
      process.stderr.write(`round ${round} of ${rounds}: ${name}, ${scenario.name}\n`)
      const open = await (STORES[name] as (typeof STORES)[string])()
      try {
        const run = await runScenario(open, scenario, seconds, round)
        const key = `${name} ${scenario.name}`
        const result = results.get(key) ?? {
          store: name,
          scenario: scenario.name,
          durability: open.durability,
          inFlight: scenario.inFlight,
          runs: [],
        }
        result.runs.push(run)
        results.set(key, result)
      } finally {
        await open.close()
      }
    }

const table = [...results.values()].map(({ runs, ...rest }) => {
  const median = (of: (run: Run) => number): number => {
    const sorted = runs.map(of).sort((a, b) => a - b)
    const middle = sorted.length / 2
    return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2
  }
  return {
    ...rest,
    commandsPerSecond: Math.round(median((run) => run.commandsPerSecond)),
    p50: round3(median((run) => run.p50)),
    p95: round3(median((run) => run.p95)),
    p99: round3(median((run) => run.p99)),
    max: round3(median((run) => run.max)),
    cpu: round3(median((run) => run.cpu)),
    retries: median((run) => run.retries),
    spread: `${Math.round(Math.min(...runs.map((run) => run.commandsPerSecond)))}-${Math.round(Math.max(...runs.map((run) => run.commandsPerSecond)))}`,
  }
})

function round3(value: number): number {
  return Math.round(value * 1000) / 1000
}

if (values.json) process.stdout.write(`${JSON.stringify({ machine, seconds, rounds, results: table }, null, 2)}\n`)
else {
  process.stdout.write(
    `${machine.cpus} × ${machine.model}, ${machine.memoryGiB} GiB, Node ${machine.node}; medians of ${rounds} interleaved runs of ${seconds} s; latencies in ms; money checked in every run\n`,
  )
  for (const { store, scenario, commandsPerSecond, p50, p95, p99, cpu, retries, spread, durability } of table)
    process.stdout.write(
      `${store.padEnd(14)}${scenario.padEnd(26)}${String(commandsPerSecond).padStart(8)}/s  p50 ${p50}  p95 ${p95}  p99 ${p99}  cpu ${cpu}  retries ${retries}  (${spread}; ${durability})\n`,
    )
}
