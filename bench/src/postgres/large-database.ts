// Does speed last? Fills a database with millions of events in many streams, states what an event takes on the disk, and runs
// the same commands on it and on a small one, in turns.
import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { PostgresEventStore } from '@eventcore/postgres'
import { startPostgres } from '@eventcore/testing'
import { CommandExecutor } from 'eventcore'
import pg from 'pg'
import { closedLoop } from '../harness/closed-loop.ts'
import { seededRandom } from '../harness/random.ts'
import { cpuOfProcessTree } from '../harness/server-cpu.ts'
import { median, percentile, rounded } from '../results/statistics.ts'
import { Deposit } from '../workloads/bank.ts'
import { accountId, fillHistory } from './history.ts'
import { relationSizes } from './relation-sizes.ts'

const HELP = `node --conditions=eventcore-source bench/src/postgres/large-database.ts [options]
  --streams N     of the large database. Default 1000000
  --per-stream N  events of each stream, in both. Default 10
  --small N       streams of the small database. Default 10000
  --rounds N      Default 3
  --seconds N     of each measurement. Default 5
  --url URL       a server on this machine where the databases are kept, so that another run need not fill them. Default:
                  a server of its own, which is removed`

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '1000000' },
    'per-stream': { type: 'string', default: '10' },
    small: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    url: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(`${HELP}\n`)
  process.exit(0)
}

/** Accounts that a run works on, spread over all streams of its database. */
const WORKING_SET = 10_000
const IN_FLIGHT = 64

/** As PostgreSQL's own manual advises for a machine that does nothing else: what is in use must fit. */
const SETTINGS = {
  shared_buffers: `${Math.floor(totalmem() / 4 / 2 ** 20)}MB`,
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
}

interface Subject {
  readonly name: string
  readonly url: string
  readonly streams: number
  /** Numbers of accounts that do not exist yet. */
  fresh: number
}

type Mode = 'known, cached' | 'known, not cached' | 'new streams'
const MODES: readonly Mode[] = ['known, cached', 'known, not cached', 'new streams']

interface Run {
  readonly perSecond: number
  readonly p95: number
  readonly clientCpu: number
  readonly serverCpu: number
}

const eventsPerStream = Number(values['per-stream'])
const seconds = Number(values.seconds)
const say = (text: string): void => void process.stderr.write(`${text}\n`)

const own = values.url === undefined ? await startPostgres({ own: true, durable: true, settings: SETTINGS }) : undefined
const server = values.url ?? own?.url ?? ''
try {
  const subjects: Subject[] = []
  for (const [name, wanted] of [
    ['small', values.small],
    ['large', values.streams],
  ] as const) {
    const streams = Number(wanted)
    const url = await filled(name, streams)
    for (const { relation, bytes } of await relationSizes(url))
      process.stdout.write(`  ${relation.padEnd(36)}${rounded(bytes / streams / eventsPerStream)} bytes per event\n`)
    subjects.push({ name, url, streams, fresh: await firstUnused(url) })
  }
  const pid = await postmaster()

  // Not before each run: the first change of a page after a checkpoint writes all of it to the log, and a run of some seconds
  // would measure little else.
  await query(server, 'checkpoint')
  const runs = new Map<string, Run[]>()
  for (let round = 1; round <= Number(values.rounds); round++)
    for (const mode of MODES)
      for (const subject of subjects) {
        const run = await measure(subject, mode, round, pid)
        say(`round ${round}: ${mode}, ${subject.name}: ${JSON.stringify(run)}`)
        const key = `${mode}|${subject.name}`
        runs.set(key, [...(runs.get(key) ?? []), run])
      }

  for (const mode of MODES) {
    const of = (name: string, value: (run: Run) => number): number =>
      median((runs.get(`${mode}|${name}`) ?? []).map(value))
    for (const { name } of subjects)
      process.stdout.write(
        `${mode.padEnd(20)}${name.padEnd(8)}${rounded(of(name, (run) => run.perSecond))}/s  p95 ${rounded(of(name, (run) => run.p95))} ms  ` +
          `client ${rounded(of(name, (run) => run.clientCpu))} µs  server ${rounded(of(name, (run) => run.serverCpu))} µs\n`,
      )
    const cpu = (run: Run): number => run.clientCpu + run.serverCpu
    const speed = of('large', (run) => run.perSecond) / of('small', (run) => run.perSecond)
    process.stdout.write(
      `${mode.padEnd(20)}large / small: ${rounded(speed)} × commands, ${rounded(of('large', cpu) / of('small', cpu))} × CPU\n`,
    )
  }
} finally {
  await own?.stop()
}

/** The database, filled now or by an earlier run. */
async function filled(name: string, streams: number): Promise<string> {
  const database = `eventcore_bench_${name}_${streams}_${eventsPerStream}`
  const at = new URL(server)
  at.pathname = `/${database}`
  const url = at.href
  const there = await query(server, `select from pg_database where datname = '${database}'`)
  if (there.length > 0 && (await query(url, `select from pg_tables where tablename = 'filled'`)).length > 0) return url
  await query(server, `drop database if exists ${database}`)
  await query(server, `create database ${database}`)
  const begun = performance.now()
  const elapsed = (): number => Math.round((performance.now() - begun) / 1_000)
  const store = await PostgresEventStore.open({ url, durability: 'relaxed', notifications: false })
  await fillHistory(store, { streams, eventsPerStream }, (events) => {
    if (events % 500_000 === 0) say(`${name}: ${events} events, ${elapsed()} s`)
  })
  await store.close()
  process.stdout.write(`${name}: ${streams * eventsPerStream} events in ${streams} streams, filled in ${elapsed()} s\n`)
  await query(url, 'vacuum analyze eventcore.events')
  await query(url, 'vacuum analyze eventcore.streams')
  await query(url, 'create table filled ()')
  return url
}

/** The number of the first account that no run has opened. */
async function firstUnused(url: string): Promise<number> {
  const [row] = await query(url, 'select count(*)::integer as count from eventcore.streams')
  return Number(row?.count)
}

/** The process whose children are the sessions. */
async function postmaster(): Promise<number> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const stat = await readFile(`/proc/${rows[0]?.pid}/stat`, 'latin1')
  await client.end()
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

async function measure(subject: Subject, mode: Mode, seed: number, pid: number): Promise<Run> {
  const store = await PostgresEventStore.open({ url: subject.url })
  const executor = new CommandExecutor(store, { cachedStreams: mode === 'known, cached' ? WORKING_SET * 2 : 0 })
  const random = seededRandom(seed)
  const step = Math.floor(subject.streams / WORKING_SET)
  const known = (): number => Math.floor(random() * WORKING_SET) * step
  const next = mode === 'new streams' ? () => subject.fresh++ : known
  const one = async (): Promise<void> => {
    await executor.execute(Deposit({ account: accountId(next()), amount: 1 }))
  }
  try {
    // Every account of the working set is in the cache before the clock runs.
    if (mode === 'known, cached') {
      let n = 0
      const warm = async (): Promise<void> => {
        while (n < WORKING_SET) await executor.execute(Deposit({ account: accountId(n++ * step), amount: 1 }))
      }
      await Promise.all(Array.from({ length: IN_FLIGHT }, warm))
    }
    await closedLoop(IN_FLIGHT, seconds / 4, one)
    const before = await cpuOfProcessTree(pid)
    const phase = await closedLoop(IN_FLIGHT, seconds, one)
    const after = await cpuOfProcessTree(pid)
    const commands = phase.latencies.length
    return {
      perSecond: rounded(commands / phase.seconds),
      p95: rounded(percentile(phase.latencies.sort(), 0.95)),
      clientCpu: rounded((phase.cpu / commands) * 1e6),
      serverCpu: rounded((((after ?? 0) - (before ?? 0)) / commands) * 1e6),
    }
  } finally {
    await executor.close()
    await store.close()
  }
}

async function query(url: string, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
