// Measures how fast events are read and projected: node --conditions=eventcore-source bench/src/feed-speed.ts [store] [events] [rounds]
// The kinds of reading take turns within a round; medians are reported, and every run checks its own result.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineProjection as defineInPostgres, PostgresEventStore } from '@eventcore/postgres'
import { defineProjection as defineInSqlite, SqliteEventStore } from '@eventcore/sqlite'
import { startPostgres } from '@eventcore/testing'
import {
  defineStream,
  type EventStore,
  type ProjectingStore,
  type Projection,
  ProjectionRunner,
  readEvents,
} from 'eventcore'
import { Pool } from 'pg'
import { z } from 'zod'

const [, , kind = 'sqlite', count = '100000', rounds = '3'] = process.argv
const events = Number(count)

const Account = defineStream('account', {
  events: { Deposited: z.object({ amount: z.number(), note: z.string() }) },
  initial: () => 0,
  apply: { Deposited: (balance, { amount }) => balance + amount },
})

/** What is measured: each answers how many events it saw, or rows it wrote. */
type Runs = Readonly<Record<string, (round: number) => Promise<number>>>

/** One event per commit, over 10,000 streams. */
async function fill(store: EventStore): Promise<void> {
  const heads = new Map<string, { readonly version: number; readonly id: string | null }>()
  for (let done = 0; done < events; ) {
    const commits = []
    for (let i = 0; i < 500 && done < events; i++, done++) {
      const stream = `account/${(done * 7_919) % 10_000}`
      const { version, id: headId } = heads.get(stream) ?? { version: 0, id: null }
      const id = store.newId()
      commits.push({
        commandId: store.newId(),
        commandName: 'Deposit',
        inputHash: 'hash',
        checks: [{ stream, version, headId, base: version }],
        events: [{ id, stream, type: 'Deposited', data: `{"amount":${done},"note":"a note of some length"}` }],
        recordedAt: Date.now(),
        correlationId: 'fill',
        causationId: null,
        metadata: '{}',
      })
      heads.set(stream, { version: version + 1, id })
    }
    const results = await store.append(commits)
    if (results.some(({ status }) => status !== 'committed')) throw new Error('a commit failed')
  }
}

async function countOf(all: AsyncIterable<unknown>): Promise<number> {
  let seen = 0
  for await (const _ of all) seen++
  return seen
}

const feedRuns = (store: EventStore): Runs => ({
  'feed, undecoded': () => countOf(readEvents(store)),
  'feed, typed': () => countOf(readEvents(store, { streams: [Account] })),
})

async function project<Tx>(store: ProjectingStore<Tx>, projection: Projection<Tx>): Promise<void> {
  const runner = new ProjectionRunner(store, projection)
  runner.start()
  const head = await store.projections.headPosition()
  if (head !== undefined) await runner.waitFor(head, { timeoutMs: 600_000 })
  await runner.stop()
}

const columns = 'position bigint primary key, account text, amount double precision, booked_at bigint'

function sqliteRuns(store: SqliteEventStore): Runs {
  return {
    ...feedRuns(store),
    'projection, row by row': async (round) => {
      const table = `statement_${round}`
      const insert = `insert into ${table} values (?, ?, ?, ?)`
      const projection = defineInSqlite({
        name: 'statement',
        version: round,
        streams: [Account],
        setUp: (tx) => tx.exec(`create table if not exists ${table} (${columns})`),
        handlers: {
          account: {
            Deposited: ({ position, key, data, time }, tx) => tx.run(insert, Number(position), key, data.amount, time),
          },
        },
      })
      await project(store, projection)
      return (await store.projections.query<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n ?? 0
    },
  }
}

function postgresRuns(store: PostgresEventStore, pool: Pool): Runs {
  const basics = (name: string, version: number) => ({ name, version, streams: [Account] as const })
  const measured = (name: string, batch: boolean) => async (round: number) => {
    const table = `${name}_${round}`
    const setUp = {
      setUp: (tx: { query(sql: string): unknown }) => tx.query(`create table if not exists ${table} (${columns})`),
    }
    const projection = batch
      ? defineInPostgres({
          ...basics(name, round),
          ...setUp,
          batch: async (page, tx) => {
            await tx.query({
              name: table,
              text: `insert into ${table} select * from unnest($1::bigint[], $2::text[], $3::double precision[], $4::bigint[])`,
              values: [
                page.map(({ position }) => position),
                page.map(({ key }) => key),
                page.map(({ data }) => data.amount),
                page.map(({ time }) => time),
              ],
            })
          },
        })
      : defineInPostgres({
          ...basics(name, round),
          ...setUp,
          handlers: {
            account: {
              Deposited: ({ position, key, data, time }, tx) =>
                tx.run(`insert into ${table} values ($1, $2, $3, $4)`, [position, key, data.amount, time]),
            },
          },
        })
    await project(store, projection)
    const { rows } = await pool.query<{ n: number }>(`select count(*)::integer as n from ${table}`)
    return rows[0]?.n ?? 0
  }
  return {
    ...feedRuns(store),
    'projection, batch': measured('batch', true),
    'projection, row by row': measured('row_by_row', false),
  }
}

async function open(): Promise<{ readonly store: EventStore; readonly runs: Runs; close(): Promise<void> }> {
  if (kind === 'postgres') {
    const server = await startPostgres({ durable: true, settings: { shared_buffers: '512MB' } })
    const database = await server.createDatabase()
    const store = await PostgresEventStore.open({ url: database.url })
    const pool = new Pool({ connectionString: database.url, max: 1 })
    const close = async (): Promise<void> => {
      await pool.end()
      await store.close()
      await database.drop()
      await server.stop()
    }
    return { store, runs: postgresRuns(store, pool), close }
  }
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-bench-'))
  const store = await SqliteEventStore.open(join(directory, 'bench.db'))
  const close = async (): Promise<void> => {
    await store.close()
    await rm(directory, { recursive: true, force: true })
  }
  return { store, runs: sqliteRuns(store), close }
}

const { store, runs, close } = await open()
await fill(store)
const figures = new Map<string, number[]>()
/** Microseconds of this process per event, the least of all rounds: what others do on the machine counts less there. */
const cpu = new Map<string, number>()
let heap = 0
const watch = setInterval(() => {
  heap = Math.max(heap, process.memoryUsage().heapUsed)
}, 20)
for (let round = 1; round <= Number(rounds); round++) {
  for (const [name, run] of Object.entries(runs)) {
    const before = process.cpuUsage()
    const start = performance.now()
    const seen = await run(round)
    const { user, system } = process.cpuUsage(before)
    cpu.set(name, Math.min(cpu.get(name) ?? Number.POSITIVE_INFINITY, (user + system) / events))
    const rate = (events * 1_000) / (performance.now() - start)
    if (seen !== events) throw new Error(`${name} saw ${seen} of ${events} events`)
    figures.set(name, [...(figures.get(name) ?? []), rate])
  }
}
clearInterval(watch)
for (const [name, rates] of figures) {
  const sorted = rates.toSorted((a, b) => a - b)
  const round = (rate: number | undefined): string => Math.round(rate ?? 0).toLocaleString('en')
  console.log(
    `${kind}, ${name}: ${round(sorted[sorted.length >> 1])} events/s (${round(sorted[0])} to ${round(sorted.at(-1))}), ${cpu.get(name)?.toFixed(1)} µs of CPU per event`,
  )
}
console.log(`peak heap ${Math.round(heap / 1e6)} MB`)
await close()
