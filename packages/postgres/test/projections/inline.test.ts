import { deposit, foldOfLog, LedgerAccount } from '@eventcore/testing/contract'
import { type Projection, ProjectionRunner } from 'eventcore'
import { Pool } from 'pg'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { defineProjection, PostgresEventStore, type PostgresTransaction, postgresGrants } from '../../src/index.ts'
import { absent, newCommit, newEvent } from '../support/commits.ts'
import { dropDatabases, emptyDatabase } from '../support/postgres-database.ts'
import { ledger, ledgerRows } from './ledger.ts'

vi.setConfig({ testTimeout: 60_000 })

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(dropDatabases)

async function database() {
  const { url, drop } = await emptyDatabase()
  cleanups.push(drop)
  const pool = new Pool({ connectionString: url, max: 2 })
  cleanups.push(() => pool.end())
  const open = async (...inlineProjections: Projection<PostgresTransaction>[]): Promise<PostgresEventStore> => {
    const store = await PostgresEventStore.open({ url, maxConnections: 3, inlineProjections })
    cleanups.push(() => store.close())
    return store
  }
  return { url, pool, open }
}

const deposited = (store: PostgresEventStore) => ({
  ...newEvent(store, 'account/a', '{"amount":1}'),
  type: 'Deposited',
})

const many = (length: number) => Array.from({ length }, () => ({ key: 'alice' }))

async function project(store: PostgresEventStore, projection: Projection<PostgresTransaction>): Promise<void> {
  const runner = new ProjectionRunner(store, projection, { leaseMs: 200 })
  runner.start()
  const head = await store.projections.headPosition()
  if (head !== undefined) await runner.waitFor(head)
  await runner.stop()
}

test('a process that does not name the inline projections of the database cannot append', async () => {
  const { pool, open } = await database()
  const older = await open()
  await deposit(older, [{ key: 'alice', amount: 3 }])
  const store = await open(ledger({}))
  const refused = { code: 'STORE_FAILURE', message: expect.stringMatching(/ledger@1.*"inlineProjections"/s) }
  await expect(deposit(older, [{ key: 'alice' }])).rejects.toMatchObject(refused)
  await expect(open(ledger({ name: 'another' }))).rejects.toThrow(/ledger@1 within its appends.*endInline/s)
  await deposit(store, [{ key: 'alice' }])
  expect(await ledgerRows(pool)).toEqual(await foldOfLog(store))
  await store.projections.endInline('ledger')
  await deposit(older, [{ key: 'alice' }])
  // It would write what nobody keeps track of.
  await expect(deposit(store, [{ key: 'alice' }])).rejects.toMatchObject({ code: 'STORE_FAILURE' })
})

test('an append that was under way when a projection became inline is part of it, or is refused', async () => {
  const { pool, open } = await database()
  const older = await open()
  let committed = 0
  const refusals: unknown[] = []
  const writing = Array.from({ length: 4 }, async (_, writer) => {
    for (let i = 0; i < 300; i++) {
      try {
        await deposit(older, [{ key: `own-${writer}`, amount: i }])
        committed++
      } catch (error) {
        refusals.push(error)
        return
      }
    }
  })
  while (committed < 40) await new Promise((resolve) => setTimeout(resolve, 1))
  const store = await open(ledger({}))
  await Promise.all(writing)
  expect(refusals).toHaveLength(4)
  await deposit(store, [{ key: 'own-0' }])
  expect(await ledgerRows(pool)).toEqual(await foldOfLog(store))
})

test('opening makes up for a few events, and leaves many to a runner', async () => {
  const { pool, open } = await database()
  const older = await open()
  await deposit(older, many(1_001))
  await expect(open(ledger({}))).rejects.toThrow(/more than 1000 events behind/)
  // Nothing was begun.
  await deposit(older, [{ key: 'bob' }])
  await project(older, ledger({}))
  await deposit(older, [{ key: 'bob', amount: 7 }])
  const store = await open(ledger({}))
  expect(await ledgerRows(pool)).toEqual(await foldOfLog(store))
  await deposit(store, [{ key: 'bob' }])
  expect(await ledgerRows(pool)).toEqual(await foldOfLog(store))
})

test('a new version takes the place of the old one, and a runner goes on where a projection ceased to be inline', async () => {
  const { pool, open } = await database()
  const first = await open(ledger({}))
  await deposit(first, [{ key: 'alice', amount: 3 }])
  const second = await open(ledger({ version: 2 }))
  await expect(deposit(first, [{ key: 'alice' }])).rejects.toThrow(/ledger@2/)
  await deposit(second, [{ key: 'alice', amount: 4 }])
  expect(await ledgerRows(pool, 'ledger', 2)).toEqual(await foldOfLog(second))
  await second.projections.endInline('ledger')
  const plain = await open()
  await deposit(plain, [{ key: 'alice', amount: 5 }])
  for (const version of [1, 2]) {
    await project(plain, ledger({ version }))
    expect(await ledgerRows(pool, 'ledger', version)).toEqual(await foldOfLog(plain))
  }
})

test('what a runner keeps cannot become inline beside it', async () => {
  const { open } = await database()
  const store = await open()
  const runner = new ProjectionRunner(store, ledger({}))
  runner.start()
  await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) })
  await expect(open(ledger({}))).rejects.toThrow(/A runner keeps ledger@1/)
  await runner.stop()
  await open(ledger({}))
})

test('a role that may only append keeps inline projections, with its own rights on their tables', async () => {
  const { url, pool, open } = await database()
  const suffix = new URL(url).pathname.slice(-6)
  const role = `inline_${suffix}`
  await pool.query(`create role ${role} login password 'secret'`)
  cleanups.push(() => pool.query(`drop owned by ${role}; drop role ${role}`))
  await pool.query(postgresGrants({ application: role }))
  const own = new URL(url)
  own.username = role
  own.password = 'secret'
  const { setUp, ...kind } = ledger({}).kind
  // Its tables are made by whoever owns the database, and so are its rights.
  const migrated = { ...ledger({}), kind: { ...kind, setUp: undefined } }
  const owner = await open(ledger({ name: 'ledger' }))
  await owner.projections.endInline('ledger')
  const store = await PostgresEventStore.open({
    url: own.href,
    migrations: 'verify',
    inlineProjections: [migrated],
    maxConnections: 3,
  })
  cleanups.push(() => store.close())
  expect(setUp).toBeDefined()
  const denied = await store.append([newCommit(store, [absent('account/a')], [deposited(store)])])
  expect(denied[0]).toMatchObject({
    status: 'failed',
    error: {
      code: 'INLINE_PROJECTION_FAILED',
      message: expect.stringMatching(/permission denied for table ledger_v1/),
    },
  })
  await pool.query(`grant select, insert, update on ledger_v1 to ${role}`)
  await deposit(store, [{ key: 'a', amount: 4 }])
  expect(await ledgerRows(pool)).toEqual(await foldOfLog(store))
})

test('values arrive as the columns want them, and the position is the one that the event gets', async () => {
  const { pool, open } = await database()
  const entries = defineProjection({
    name: 'entries',
    version: 1,
    streams: [LedgerAccount],
    setUp: (tx) =>
      tx.run(
        'create table if not exists entries (position bigint, stream text, amount numeric, at timestamptz, raw bytea, note json, flag boolean)',
      ),
    handlers: {
      account: {
        Deposited: ({ position, stream, data, time, version }, tx) => {
          const note = version === 1 ? null : JSON.stringify({ quote: `it's a "\\ test` })
          tx.run('insert into entries values ($1, $2, $3, $4, $5, $6, $7)', [
            position,
            stream,
            data.amount,
            new Date(time),
            new Uint8Array([0, 255, version]),
            note,
            version > 1,
          ])
        },
      },
    },
  })
  const store = await open(entries)
  const events = await deposit(store, [{ key: "o'hara\\" }, { key: 'b', amount: 2.5 }, { key: 'b', amount: 1e21 }])
  const { rows } = await pool.query(
    `select position, stream, amount, extract(epoch from at) * 1000 = 1764000000000 as time, encode(raw, 'hex') as raw,
       note ->> 'quote' as quote, flag from entries order by position`,
  )
  expect(rows).toEqual([
    {
      position: events[0]?.position,
      stream: "account/o'hara\\",
      amount: '1',
      time: true,
      raw: '00ff01',
      quote: null,
      flag: false,
    },
    {
      position: events[1]?.position,
      stream: 'account/b',
      amount: '2.5',
      time: true,
      raw: '00ff01',
      quote: null,
      flag: false,
    },
    {
      position: events[2]?.position,
      stream: 'account/b',
      amount: '1000000000000000000000',
      time: true,
      raw: '00ff02',
      quote: `it's a "\\ test`,
      flag: true,
    },
  ])
})

test('lists arrive as arrays, and a position that is not known yet is refused where it would be written as something else', async () => {
  const { pool, open } = await database()
  let wrong: 'list' | 'text' | undefined
  const entries = defineProjection({
    name: 'entries',
    version: 1,
    streams: [LedgerAccount],
    setUp: (tx) => tx.run('create table if not exists entries (stream text, position text)'),
    handlers: {
      account: {
        Deposited: ({ stream, position }, tx) => {
          const insert = 'insert into entries select unnest($1::text[]), $2'
          tx.run(insert, [[stream, 'a, "b"'], wrong === 'text' ? `at ${position}` : position])
          if (wrong === 'list') tx.run(insert, [[position], null])
        },
      },
    },
  })
  const store = await open(entries)
  const [event] = await deposit(store, [{ key: 'a' }])
  for (wrong of ['list', 'text'] as const) {
    const results = await store.append([
      newCommit(store, [absent('account/b')], [{ ...deposited(store), stream: 'account/b' }]),
    ])
    expect(results).toMatchObject([
      {
        status: 'failed',
        error: { code: 'INLINE_PROJECTION_FAILED', message: expect.stringMatching(/is not known before its commit/) },
      },
    ])
  }
  const { rows } = await pool.query('select stream, position from entries order by stream')
  expect(rows).toEqual([
    { stream: 'a, "b"', position: event?.position },
    { stream: 'account/a', position: event?.position },
  ])
})

test('a handler that would query fails its commit: no code of the user runs within the transaction', async () => {
  const { open } = await database()
  const asking = defineProjection({
    name: 'asking',
    version: 1,
    streams: [LedgerAccount],
    handlers: { account: { Deposited: (_, tx) => tx.query('select 1') } },
  })
  const store = await open(asking)
  await expect(deposit(store, [{ key: 'a' }])).rejects.toThrow(/ended as failed/)
  expect((await store.readFeed({ limit: 1 })).events).toEqual([])
})

test('read models that lock each other out cost a retry, and blame no commit', async () => {
  const { pool, open } = await database()
  await pool.query(
    "do $$ begin execute format('alter database %I set deadlock_timeout = ''20ms''', current_database()); end $$",
  )
  const totals = defineProjection({
    name: 'totals',
    version: 1,
    streams: [LedgerAccount],
    setUp: (tx) => {
      tx.run('create table if not exists totals (name text primary key, total bigint)')
      tx.run("insert into totals values ('x', 0), ('y', 0) on conflict do nothing")
    },
    handlers: {
      account: {
        Deposited: ({ data }, tx) => {
          const names = data.amount % 2 === 0 ? ['x', 'y'] : ['y', 'x']
          for (const name of names) {
            tx.run('update totals set total = total + $2 where name = $1', [name, data.amount])
            tx.run('select pg_sleep(0.02)')
          }
        },
      },
    },
  })
  const stores = [await open(totals), await open(totals)]
  let sum = 0
  await Promise.all(
    Array.from({ length: 2 }, async (_, writer) => {
      const store = stores[writer] as PostgresEventStore
      for (let i = 0; i < 4; i++) {
        const amount = i * 2 + writer
        await deposit(store, [{ key: `own-${writer}`, amount }])
        sum += amount
      }
    }),
  )
  const { rows } = await pool.query('select name, total::integer as total from totals order by name')
  expect(rows).toEqual([
    { name: 'x', total: sum },
    { name: 'y', total: sum },
  ])
})
