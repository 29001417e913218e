import { deposit } from '@eventcore/testing/contract'
import { defineStream, ProjectionRunner, unchecked } from 'eventcore'
import { Pool } from 'pg'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { defineProjection, PostgresEventStore, type PostgresTransaction } from '../../src/index.ts'
import { encodeValue } from '../../src/projections/postgres-value.ts'
import { dropDatabases, emptyDatabase } from '../support/postgres-database.ts'

const Account = defineStream('account', {
  events: { Deposited: unchecked<{ amount: number }>() },
  initial: () => 0,
  apply: { Deposited: (balance, { amount }) => balance + amount },
})

const INSERT = 'insert into entries (stream, version, amount) values ($1, $2, $3)'

interface Entry {
  readonly stream: string
  readonly version: number
  readonly data: { readonly amount: number }
}

vi.setConfig({ testTimeout: 60_000 })

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(dropDatabases)

/** Amounts above 100 violate a constraint of the table: the server notices, long after the handler has returned. */
async function open(handler: (event: Entry, tx: PostgresTransaction) => unknown) {
  const database = await emptyDatabase()
  const store = await PostgresEventStore.open({ url: database.url, maxConnections: 3 })
  const pool = new Pool({ connectionString: database.url, max: 1 })
  cleanups.push(
    database.drop,
    () => store.close(),
    () => pool.end(),
  )
  const projection = defineProjection({
    name: 'entries',
    version: 1,
    streams: [Account],
    setUp: (tx) =>
      tx.run(
        `create table if not exists entries
           (stream text, version bigint, amount bigint check (amount <= 100), primary key (stream, version))`,
      ),
    handlers: { account: { Deposited: handler } },
    onFailure: { action: 'dead-letter', maxAttempts: 2, baseDelayMs: 1 },
  })
  const runner = new ProjectionRunner(store, projection)
  cleanups.push(() => runner.stop())
  const entries = async (): Promise<readonly string[]> => {
    const { rows } = await pool.query<{ entry: string }>(
      `select stream || ' ' || version || ' ' || amount as entry from entries order by stream collate "C", version`,
    )
    return rows.map(({ entry }) => entry)
  }
  return { store, runner, entries }
}

test('a statement that fails after its handler has returned parks its own event, and no other', async () => {
  let calls = 0
  const { store, runner, entries } = await open(({ stream, version, data }, tx) => {
    calls++
    tx.run(INSERT, [stream, version, data.amount])
  })
  for (const amount of [1, 2, 101, 4])
    await deposit(store, [
      { key: 'a', amount },
      { key: 'b', amount: 10 + (amount % 7) },
    ])
  runner.start()
  await runner.waitFor({ events: await deposit(store, [{ key: 'c' }]) })
  const letters = await runner.deadLetters.list()
  expect(letters.map(({ stream, version, reason }) => [stream, version, reason])).toEqual([
    ['account/a', 3, 'failed'],
    ['account/a', 4, 'waiting'],
  ])
  expect(letters[0]?.error).toMatch(/violates check constraint/)
  expect(await entries()).toEqual([
    'account/a 1 1',
    'account/a 2 2',
    'account/b 1 11',
    'account/b 2 12',
    'account/b 3 13',
    'account/b 4 14',
    'account/c 1 1',
  ])
  // The batch once, the four events before the culprit again, the culprit twice alone, then those behind it.
  expect(calls).toBeLessThanOrEqual(9 + 4 + 2 + 3)
  // The retry says which event it was, too.
  const { errors } = await runner.deadLetters.retry()
  expect(errors.get('account/a')).toMatchObject({ code: 'PROJECTION_HANDLER_FAILED', event: { version: 3 } })
})

test('a batch of more statements than are sent at once is written whole, and halved by none', async () => {
  let calls = 0
  const { store, runner, entries } = await open(({ stream, version, data }, tx) => {
    calls++
    tx.run(INSERT, [stream, version, data.amount])
    tx.run('update entries set amount = amount + 1 where stream = $1 and version = $2', [stream, version])
  })
  const events = Array.from({ length: 900 }, (_, i) => ({ key: `a${i}`, amount: i % 90 }))
  const outcome = { events: await deposit(store, events) }
  runner.start()
  await runner.waitFor(outcome)
  expect(await entries()).toEqual(events.map(({ key, amount }) => `account/${key} 1 ${amount + 1}`).sort())
  expect(calls).toBe(900)
})

test('a query sees what was left before it, and what it finds can be written', async () => {
  const { store, runner, entries } = await open(async ({ stream, version, data }, tx) => {
    const { rows } = await tx.query<{ sum: string }>('select coalesce(sum(amount), 0) as sum from entries')
    tx.run(INSERT, [stream, version, Math.min(100, Number(rows[0]?.sum) + data.amount)])
  })
  runner.start()
  await runner.waitFor({
    events: await deposit(
      store,
      [1, 2, 3].map((amount) => ({ key: 'a', amount })),
    ),
  })
  expect(await entries()).toEqual(['account/a 1 1', 'account/a 2 3', 'account/a 3 7'])
})

test('a handler cannot hide that a statement of an earlier event failed', async () => {
  const { store, runner, entries } = await open(async ({ stream, version, data }, tx) => {
    tx.run(INSERT, [stream, version, data.amount])
    if (stream === 'account/b') await tx.query('select 1').catch(() => undefined)
  })
  const outcome = { events: await deposit(store, [{ key: 'a', amount: 101 }, { key: 'b' }]) }
  runner.start()
  await expect(runner.waitFor(outcome)).rejects.toMatchObject({ code: 'EVENT_PARKED', event: { stream: 'account/a' } })
  expect(await entries()).toEqual(['account/b 1 1'])
})

test('what would end the transaction is refused, and so is what comes after its end', async () => {
  let late: PostgresTransaction | undefined
  const { store, runner, entries } = await open(({ stream, version, data }, tx) => {
    late ??= tx
    if (stream === 'account/b') return tx.query('-- the end\n;rollback')
    return stream === 'account/a' ? tx.run(' /* a /* b */ c */ COMMIT') : tx.run(INSERT, [stream, version, data.amount])
  })
  const outcome = { events: await deposit(store, [{ key: 'a' }, { key: 'b' }, { key: 'c' }]) }
  runner.start()
  await expect(runner.waitFor(outcome)).rejects.toMatchObject({ code: 'EVENT_PARKED' })
  const letters = await runner.deadLetters.list()
  expect(letters.map(({ error }) => error)).toEqual([
    expect.stringMatching(/may not COMMIT/),
    expect.stringMatching(/may not ROLLBACK/),
  ])
  expect(await entries()).toEqual(['account/c 1 1'])
  expect(() => late?.run(INSERT, ['account/z', 1, 1])).toThrow(/is over/)
})

const HOSTILE = [
  '',
  'NULL',
  'null',
  '{a,b}',
  'say "no"',
  'back\\slash\\',
  "it's",
  ' space ',
  'a,b',
  '\n\t',
  '漢💶',
  '\\x00',
]

test('lists arrive as arrays, whatever their texts contain', async () => {
  const { store, runner, entries } = await open(async ({ stream, version }, tx) => {
    tx.run('create temporary table found (texts text[], numbers numeric[], flags boolean[], raw bytea[], deep text[])')
    tx.run('insert into found values ($1, $2, $3, $4, $5)', [
      [...HOSTILE, null],
      [1, 2.5, 10n, null],
      [true, false, null],
      [new Uint8Array([0, 92, 255]), null],
      [
        ['a', 'b'],
        ['{', null],
      ],
    ])
    const { rows } = await tx.query(
      "select texts, numbers::text, flags, (select array_agg(encode(r, 'hex')) from unnest(raw) r) as raw, deep from found",
    )
    expect(rows).toEqual([
      {
        texts: [...HOSTILE, null],
        numbers: '{1,2.5,10,NULL}',
        flags: [true, false, null],
        raw: ['005cff', null],
        deep: [
          ['a', 'b'],
          ['{', null],
        ],
      },
    ])
    tx.run('drop table found')
    tx.run('insert into entries select * from unnest($1::text[], $2::bigint[], $3::bigint[])', [
      [stream, `${stream}/2`],
      [version, version],
      [1, 2],
    ])
    tx.run('delete from entries where stream = any($1)', [[]])
  })
  runner.start()
  await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) })
  expect(await entries()).toEqual(['account/a 1 1', 'account/a/2 1 2'])
})

test('what no parameter can be fails its event, and is not written as the text that JavaScript makes of it', async () => {
  const refused = [
    undefined,
    {},
    { toString: () => 'x' },
    Symbol('x'),
    () => 1,
    [undefined],
    new Map(),
    Object.create(null),
  ]
  const { store, runner, entries } = await open(({ version }, tx) =>
    // As it comes from code without types.
    tx.run(INSERT, [refused[version - 1] as unknown as string, version, 1]),
  )
  const outcome = {
    events: await deposit(
      store,
      refused.map(() => ({ key: 'a' })),
    ),
  }
  runner.start()
  await expect(runner.waitFor(outcome)).rejects.toMatchObject({
    code: 'EVENT_PARKED',
    message: expect.stringContaining('a parameter of a statement cannot be undefined: give a text'),
  })
  await runner.stop()
  for (const value of refused) expect(() => encodeValue(value as unknown as string)).toThrow(TypeError)
  expect(await entries()).toEqual([])
})
