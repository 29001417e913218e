// How far is a program from the database alone? The same calls of the append function, with the same batches: made by pgbench
// inside the server's machine without any Node, by the store in a bare loop, and by the executor with whole commands.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import { PostgresEventStore } from '@eventcore/postgres'
import { startPostgres, type TestDatabase } from '@eventcore/testing'
import { CommandExecutor, type Commit } from 'eventcore'
import pg from 'pg'
import { closedLoop } from '../harness/closed-loop.ts'
import { seededRandom } from '../harness/random.ts'
import { cpuOfProcessTree } from '../harness/server-cpu.ts'
import { median, rounded } from '../results/statistics.ts'
import { Deposit } from '../workloads/bank.ts'
import { accountId, fillHistory } from './history.ts'
import { recordBatches } from './record-batches.ts'

const HELP = `node --conditions=eventcore-source bench/src/postgres/without-node.ts [options]
Needs pgbench (Debian: postgresql-contrib; PGBENCH names another one).
  --batches TEXT  sizes. Default 1,64,256
  --rounds N      Default 3
  --seconds N     about as long as each measurement takes. Default 4`

const { values } = parseArgs({
  options: {
    batches: { type: 'string', default: '1,64,256' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(`${HELP}\n`)
  process.exit(0)
}

const ACCOUNTS = 10_000
/** Commits a second that pgbench reaches at best, with some to spare: so many are made before the clock runs. */
const AT_MOST: Readonly<Record<number, number>> = { 1: 4_000, 64: 60_000, 256: 80_000 }

interface Rate {
  readonly perSecond: number
  readonly serverCpu: number
}

const seconds = Number(values.seconds)
const server = await startPostgres({ own: true, durable: true, settings: { shared_buffers: '512MB' } })
const pid = server.control?.pid ?? 0

try {
  for (const batch of values.batches.split(',').map(Number)) {
    const rates = new Map<string, Rate[]>()
    for (let round = 1; round <= Number(values.rounds); round++)
      for (const [name, drive] of Object.entries({
        pgbench: driveByPgbench,
        store: driveByStore,
        executor: driveByExecutor,
      })) {
        const database = await server.createDatabase()
        try {
          const rate = await drive(database, batch, round)
          rates.set(name, [...(rates.get(name) ?? []), rate])
        } finally {
          await database.drop()
        }
      }
    const of = (name: string, value: (rate: Rate) => number): number => median((rates.get(name) ?? []).map(value))
    const alone = of('pgbench', (rate) => rate.perSecond)
    for (const name of rates.keys()) {
      const perSecond = of(name, (rate) => rate.perSecond)
      process.stdout.write(
        `batches of ${batch}  ${name.padEnd(10)}${String(rounded(perSecond)).padStart(8)} commits/s  ${rounded(perSecond / alone)} of pgbench  ` +
          `server ${rounded(of(name, (rate) => rate.serverCpu))} µs per commit\n`,
      )
    }
  }
} finally {
  await server.stop()
}

/** Ready-made calls lie in a table; pgbench, one client, makes one after the other. */
async function driveByPgbench(database: TestDatabase, batch: number, seed: number): Promise<Rate> {
  const { store, next } = await prepare(database, batch, seed)
  const calls = Math.ceil(((AT_MOST[batch] ?? 40_000) * seconds) / batch)
  const call = await recordBatches(database.url, calls, next)
  await store.close()
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-pgbench-'))
  try {
    const script = join(directory, 'append.sql')
    await writeFile(script, `\\set n :n + 1\n${call}\n`)
    const before = (await cpuOfProcessTree(pid)) ?? 0
    const { stdout } = await promisify(execFile)(
      process.env.PGBENCH ?? 'pgbench',
      [
        '--no-vacuum',
        '--protocol=prepared',
        `--file=${script}`,
        `--transactions=${calls}`,
        '--define=n=0',
        database.url,
      ],
      { cwd: directory },
    )
    // Its session has ended: a moment later its CPU is counted with that of the server.
    await sleep(200)
    const after = (await cpuOfProcessTree(pid)) ?? 0
    const tps = Number(/tps = ([\d.]+) \(without/.exec(stdout)?.[1])
    if (!(tps > 0)) throw new Error(`pgbench said something unexpected:\n${stdout}`)
    return { perSecond: tps * batch, serverCpu: ((after - before) / calls / batch) * 1e6 }
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** The store alone, one call after the other. */
async function driveByStore(database: TestDatabase, batch: number, seed: number): Promise<Rate> {
  const { store, next } = await prepare(database, batch, seed)
  const append = async (): Promise<void> => {
    const results = await store.append(next())
    if (results.some(({ status }) => status !== 'committed')) throw new Error('A commit was not committed.')
  }
  try {
    return await rateOf(1, batch, append)
  } finally {
    await store.close()
  }
}

/** Whole commands, as many in flight as the batch is to hold. */
async function driveByExecutor(database: TestDatabase, batch: number, seed: number): Promise<Rate> {
  const { store } = await prepare(database, batch, seed)
  const executor = new CommandExecutor(store, { cachedStreams: ACCOUNTS * 2 })
  const random = seededRandom(seed)
  let known = 0
  // First each account once, so that all are cached.
  const account = (): number => (known < ACCOUNTS ? known++ : Math.floor(random() * ACCOUNTS))
  const one = async (): Promise<void> => {
    await executor.execute(Deposit({ account: accountId(account()), amount: 1 }))
  }
  const warm = async (): Promise<void> => {
    while (known < ACCOUNTS) await one()
  }
  try {
    await Promise.all(Array.from({ length: 64 }, warm))
    return await rateOf(batch, 1, one)
  } finally {
    await executor.close()
    await store.close()
  }
}

async function rateOf(inFlight: number, commits: number, call: () => Promise<void>): Promise<Rate> {
  await closedLoop(inFlight, seconds / 4, call)
  const before = (await cpuOfProcessTree(pid)) ?? 0
  const phase = await closedLoop(inFlight, seconds, call)
  const after = (await cpuOfProcessTree(pid)) ?? 0
  const done = phase.latencies.length * commits
  return { perSecond: done / phase.seconds, serverCpu: ((after - before) / done) * 1e6 }
}

/** A store with accounts, and batches of deposits to them, each of which fits onto the one before. */
async function prepare(
  { url }: TestDatabase,
  batch: number,
  seed: number,
): Promise<{ readonly store: PostgresEventStore; readonly next: () => Commit[] }> {
  const store = await PostgresEventStore.open({ url, notifications: false })
  const heads = await fillHistory(store, { streams: ACCOUNTS, eventsPerStream: 1 }, () => {})
  const random = seededRandom(seed)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('vacuum analyze eventcore.events, eventcore.streams')
  await client.query('checkpoint')
  await client.end()
  return {
    store,
    next: () => Array.from({ length: batch }, () => heads.deposit(store, Math.floor(random() * ACCOUNTS))),
  }
}
