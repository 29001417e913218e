import { deepStrictEqual } from 'node:assert'
import { deposit } from '@eventcore/testing/contract'
import { defineStream, ProjectionRunner, unchecked } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { defineProjection, type SqliteTransaction } from '../../src/index.ts'
import { withStore } from './with-store.ts'

const Account = defineStream('account', {
  events: { Deposited: unchecked<{ amount: number }>() },
  initial: () => 0,
  apply: { Deposited: (balance, { amount }) => balance + amount },
})

const ROWS = 'SELECT a, b FROM t ORDER BY a, b'

describe('a second statement', () => {
  test.each([
    "INSERT INTO t VALUES ('1; --', 1); DELETE FROM t",
    'INSERT INTO t VALUES (1, 1);; /* ; */ -- ;\n DELETE FROM t',
    "INSERT INTO t VALUES ('\ud800漢💶', 1); D",
    'INSERT INTO t VALUES (1, 1)\0; DELETE FROM t',
  ])('is refused with the first: %j', (sql) =>
    withStore(async ({ store, inTransaction }) => {
      for (const call of ['run', 'get', 'all'] as const)
        await expect(inTransaction((tx) => tx[call](sql))).rejects.toMatchObject({
          code: 'STORE_FAILURE',
          message: expect.stringMatching(/one call runs one statement, and behind the first stands/),
          cause: expect.any(TypeError),
        })
      expect(await store.projections.query(ROWS)).toEqual([])
    }),
  )

  test('is refused by a query', () =>
    withStore(async ({ store }) => {
      await expect(store.projections.query('SELECT 1 a; SELECT 2 b')).rejects.toMatchObject({
        code: 'STORE_FAILURE',
        message: expect.stringContaining('behind the first stands "SELECT 2 b": call once for each'),
      })
    }))

  test('is nothing that comments, semicolons and triggers look like', () =>
    withStore(async ({ store, inTransaction }) => {
      await inTransaction((tx) => {
        tx.run(`; -- first
          INSERT INTO t VALUES ('; SELECT 1', 1) ; /* ; COMMIT */ ; -- ROLLBACK`)
        tx.run(`CREATE TRIGGER both AFTER INSERT ON t BEGIN
          UPDATE t SET b = b + 1; UPDATE t SET b = b * 10; END;`)
        tx.run('INSERT INTO t VALUES (?, ?) /* until the end', '?', 2)
      })
      expect(await store.projections.query(`${ROWS} ; `)).toEqual([
        { a: '; SELECT 1', b: 20 },
        { a: '?', b: 30 },
      ])
    }))

  test('no statement at all is refused', () =>
    withStore(async ({ store, inTransaction }) => {
      for (const sql of ['', ' ; ', '-- nothing'])
        await expect(inTransaction((tx) => tx.run(sql))).rejects.toThrow(/no statement in the text/)
      await expect(store.projections.query('/* nothing')).rejects.toThrow(/no statement in the text/)
    }))
})

describe('what would end the transaction of the store', () => {
  const verbs = [
    'COMMIT',
    'END TRANSACTION',
    'ROLLBACK',
    'ROLLBACK TO eventcore_exec',
    'ROLLBACK TO eventcore_projection',
    'RELEASE eventcore_projection',
    'SAVEPOINT eventcore_projection',
    'BEGIN',
    'PRAGMA user_version = 7',
    "ATTACH ':memory:' AS other",
    'DETACH other',
    'VACUUM',
  ]
  const disguises = [
    '/* x */ COMMIT',
    '-- x\nEND',
    ';;commit',
    '\ufeffCommit',
    'EXPLAIN /**/ QUERY PLAN PRAGMA foreign_keys',
  ]
  const conflicts = [
    'INSERT OR ROLLBACK INTO t VALUES (1, 1)',
    'CREATE TABLE u (a UNIQUE ON CONFLICT ROLLBACK)',
    "CREATE TRIGGER no BEFORE DELETE ON t BEGIN SELECT RAISE(ROLLBACK, 'no'); END",
  ]

  test.each([...verbs, ...disguises, ...conflicts])('is refused wherever it stands, with all of its batch: %j', (sql) =>
    withStore(async ({ store, inTransaction }) => {
      const wrong = expect.objectContaining({
        message: expect.stringMatching(/^a handler may not [A-Z]+.*: it runs in/),
      })
      const refused = await inTransaction((tx) => {
        const errors: unknown[] = []
        for (const attempt of [
          () => tx.exec(sql),
          () => tx.exec(`INSERT INTO t VALUES ('a', 1); CREATE TABLE made (a); ${sql}`),
          () => tx.exec(`INSERT INTO t VALUES ('a', 1); ${sql}; INSERT INTO t VALUES ('b', 1)`),
          () => tx.run(sql),
          () => tx.all(sql),
        ])
          errors.push(errorOf(attempt))
        tx.run("INSERT INTO t VALUES ('the only one', 1)")
        return errors
      })
      expect(refused).toEqual([wrong, wrong, wrong, wrong, wrong])
      expect(await store.projections.query(ROWS)).toEqual([{ a: 'the only one', b: 1 }])
      expect(await store.projections.query("SELECT 1 FROM sqlite_schema WHERE name = 'made'")).toEqual([])
    }),
  )

  test('stops the runner at its event, and leaves neither rows nor a checkpoint of it', () =>
    withStore(async ({ store }) => {
      const runner = new ProjectionRunner(
        store,
        defineProjection({
          name: 'entries',
          version: 1,
          streams: [Account],
          handlers: {
            account: {
              Deposited: ({ data }, tx) => {
                tx.run('INSERT INTO t VALUES (?, 0)', data.amount)
                if (data.amount === 2) tx.exec('INSERT INTO t VALUES (2, 1); COMMIT')
              },
            },
          },
          onFailure: { action: 'stop', maxAttempts: 1 },
        }),
      )
      await deposit(store, [{ key: 'a', amount: 1 }])
      const second = await deposit(store, [{ key: 'a', amount: 2 }])
      runner.start()
      await expect(runner.waitFor({ events: second })).rejects.toMatchObject({
        code: 'PROJECTION_HALTED',
        message: expect.stringMatching(/failed on event 2 of account\/a .*a handler may not COMMIT/),
      })
      await runner.stop()
      expect(await store.projections.query(ROWS)).toEqual([{ a: 1, b: 0 }])
      expect(await store.projections.countEvents((await store.checkpoints.load('entries@1'))?.cursor)).toBe(1)
    }))

  test('and a transaction that SQLite has ended takes no more of a handler that goes on', () =>
    withStore(async ({ store, inTransaction }) => {
      const insert = (tx: SqliteTransaction): unknown => tx.run("INSERT INTO t VALUES ('again', 1)")
      await inTransaction((tx) => {
        // As a tool could have made it that knows nothing of the store.
        tx.exec('CREATE UNIQUE INDEX one ON t (a); CREATE TABLE u (a UNIQUE ON/**/CONFLICT ROLLBACK)')
        tx.exec("INSERT INTO t VALUES ('first', 1); INSERT INTO u VALUES (1)")
      })
      for (const fail of [
        (tx: SqliteTransaction) => tx.run('INSERT INTO u VALUES (1)'),
        (tx: SqliteTransaction) => tx.exec('INSERT INTO u VALUES (2); INSERT INTO u VALUES (1)'),
      ])
        await expect(
          inTransaction((tx) => {
            expect(String(errorOf(() => fail(tx)))).toMatch(/UNIQUE constraint failed: u.a/)
            insert(tx)
          }),
        ).rejects.toMatchObject({ code: 'STORE_FAILURE' })
      expect(await store.projections.query(ROWS)).toEqual([{ a: 'first', b: 1 }])
      await inTransaction(insert)
      expect(await store.projections.query(ROWS)).toHaveLength(2)
    }))
})

describe('exec', () => {
  test('runs statements that need each other, and takes all of them back when one fails', () =>
    withStore(async ({ store, inTransaction }) => {
      await inTransaction((tx) => {
        tx.exec(`
          -- two tables
          CREATE TABLE IF NOT EXISTS t (a, b);
          CREATE TABLE u (a, b);
          CREATE TRIGGER copy AFTER INSERT ON u BEGIN DELETE FROM t; INSERT INTO t VALUES (new.a, new.b); END;
          INSERT INTO u VALUES ('what?', ':b $c @d'), ('10:30', 2);
          SELECT * FROM u;
        `)
        expect(errorOf(() => tx.exec('DELETE FROM t; DELETE FROM nowhere'))).toMatchObject({ errcode: 1 })
        tx.exec(' -- nothing')
      })
      expect(await store.projections.query(ROWS)).toEqual([{ a: '10:30', b: 2 }])
    }))
})

describe('values for parameters', () => {
  test.each<[string, ...number[]]>([
    ['INSERT INTO t VALUES (?, ?)'],
    ['INSERT INTO t VALUES (?, ?)', 1],
    ['INSERT INTO t VALUES (?, ?)', 1, 2, 3],
    ['INSERT INTO t VALUES (1, 2)', 1],
    ['INSERT INTO t VALUES (?, :b)', 1],
    ['INSERT INTO t VALUES (:a, @b)'],
    ['INSERT INTO t VALUES ($ä, 1)'],
    ['INSERT INTO t VALUES (?1, ?2)'],
    ['INSERT INTO t VALUES (?2, ?1)', 1],
    ['SELECT ? AS a WHERE EXISTS (SELECT 1 FROM t WHERE b = ?)', 1],
  ])('that do not go with them are refused: %s %j', (sql, ...values) =>
    withStore(async ({ store, inTransaction }) => {
      const wrong = /for the parameters of a statement that has (more|fewer)|nothing is bound to the parameter [:@$?]/
      const errors = await inTransaction((tx) => [
        errorOf(() => tx.run(sql, ...values)),
        errorOf(() => tx.get(sql, ...values)),
        errorOf(() => (values.length === 0 ? tx.exec(sql) : tx.all(sql, ...values))),
      ])
      for (const error of errors) expect(String(error)).toMatch(wrong)
      if (sql.startsWith('SELECT')) await expect(store.projections.query(sql, ...values)).rejects.toThrow(wrong)
      expect(await store.projections.query(ROWS)).toEqual([])
    }),
  )

  test('may change in kind but not in number from one call to the next', () =>
    withStore(async ({ store, inTransaction }) => {
      await inTransaction((tx) => {
        const insert = 'INSERT INTO t VALUES (?, ?)'
        expect(String(errorOf(() => tx.run(insert, 1)))).toMatch(/1 value was given .* has more/)
        expect([tx.run(insert, 1, null), tx.run(insert, 'x?', 2n)]).toEqual([1, 1])
        expect(String(errorOf(() => tx.run(insert, 1)))).toMatch(/1 value was given .* has 2/)
        expect(tx.get<{ a: number }>('EXPLAIN SELECT a FROM t WHERE a = ?', 1)).toBeDefined()
      })
      const one = "SELECT a FROM t WHERE b = ? AND a <> ':b $c @d ?9'"
      for (let i = 0; i < 2; i++) {
        expect(await store.projections.query(one, 2)).toEqual([{ a: 'x?' }])
        await expect(store.projections.query(one)).rejects.toThrow(/0 values were given .* has more/)
      }
    }))
})

describe('a query', () => {
  test.each([
    'INSERT INTO t VALUES (1, 2)',
    'WITH w AS (SELECT 1) INSERT INTO t SELECT 1, 2 FROM w',
    'CREATE TABLE u (a)',
    'CREATE TEMP TABLE eventcore_events (a)',
    '/* x */ COMMIT',
    'PRAGMA busy_timeout = 60000',
    'EXPLAIN PRAGMA cache_size = 1',
    "ATTACH ':memory:' AS other",
  ])('only reads, and says so: %s', (sql) =>
    withStore(async ({ store }) => {
      await expect(store.projections.query(sql)).rejects.toMatchObject({
        code: 'STORE_FAILURE',
        message: expect.stringMatching(/^"projections.query" failed on .*: "query" only reads: give it a SELECT/),
      })
      expect(await store.projections.query(ROWS)).toEqual([])
    }),
  )

  test('reads in every way in which one can', () =>
    withStore(async ({ store }) => {
      for (const sql of [
        'WITH w AS (SELECT 1) SELECT * FROM w',
        'values (1)',
        'EXPLAIN QUERY PLAN SELECT * FROM t',
        "SELECT * FROM pragma_table_info('t')",
      ])
        expect(await store.projections.query(sql)).not.toEqual([])
    }))

  test('sees the columns that a table has got since the last one', () =>
    withStore(async ({ store, inTransaction }) => {
      await inTransaction((tx) => tx.run('INSERT INTO t VALUES (1, 2)'))
      expect(await store.projections.query('SELECT * FROM t')).toEqual([{ a: 1, b: 2 }])
      await inTransaction((tx) => tx.exec('ALTER TABLE t ADD COLUMN c DEFAULT 3'))
      expect(await store.projections.query('SELECT * FROM t')).toEqual([{ a: 1, b: 2, c: 3 }])
    }))
})

test('rows are plain objects', () =>
  withStore(async ({ store, inTransaction }) => {
    await inTransaction((tx) => {
      tx.run('INSERT INTO t VALUES (1, NULL)')
      deepStrictEqual(tx.get(ROWS), { a: 1, b: null })
      deepStrictEqual(tx.all(ROWS), [{ a: 1, b: null }])
      deepStrictEqual(tx.get('SELECT 1 FROM t WHERE a = 2'), undefined)
    })
    deepStrictEqual(await store.projections.query(ROWS), [{ a: 1, b: null }])
  }))

function errorOf(body: () => unknown): unknown {
  try {
    body()
  } catch (error) {
    return error
  }
  return undefined
}
