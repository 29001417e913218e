import { describe, expect, it } from 'vitest'
import { migratePostgres, PostgresEventStore } from '../src/index.ts'
import { migrationFiles } from '../src/schema/migration-files.ts'
import { naming } from '../src/schema/naming.ts'
import { absent, newCommit, newEvent, write } from './support/commits.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

describe('options', () => {
  it.each([
    [{ durability: 'ful' }, 'durability', '"full" or "relaxed"'],
    [{ maxConnections: 0 }, 'maxConnections', 'a whole number of at least 1'],
    [{ appendLanes: 0 }, 'appendLanes', 'a whole number of at least 1'],
    [{ pollIntervalMs: Number.NaN }, 'pollIntervalMs', 'a number above 0'],
    [{ uri: 'postgres://ann:secret@localhost/bank' }, 'uri', 'there are url, '],
  ])('%j are refused before anything is connected, and no password is shown', async (options, option, expected) => {
    const error = await PostgresEventStore.open(options as never).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS', option, message: expect.stringContaining(expected) })
    expect(String(error)).not.toContain('secret')
    await expect(migratePostgres({ ...options, schema: 5 } as never)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
  })
})

describe('migrations', () => {
  it('are applied once when twelve instances start at once on an empty database', async () => {
    const url = await stage.bareDatabase()
    const stores = await Promise.all(Array.from({ length: 12 }, () => stage.store({ url, maxConnections: 1 })))
    const client = await stage.client(url)
    const { rows } = await client.query<{ number: number }>('select number from eventcore.migrations order by number')
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, i) => i + 1))
    for (const [i, store] of stores.entries()) expect((await write(store, 'a')).version).toBe(i + 1)
  })

  it('have a dry run that prints the SQL and changes nothing, and the SQL is all that is needed', async () => {
    const url = await stage.bareDatabase()
    const sql = await migratePostgres({ url, dryRun: true, schema: 'bank', prefix: 'es_' })
    expect(sql).toContain('create table es_events')
    const client = await stage.client(url)
    expect((await client.query(`select to_regnamespace('bank') as schema`)).rows).toEqual([{ schema: null }])
    await client.query(sql)
    const store = await stage.store({ url, schema: 'bank', prefix: 'es_', migrations: 'verify' })
    expect((await write(store, 'a')).version).toBe(1)
    expect(await migratePostgres({ url, dryRun: true, schema: 'bank', prefix: 'es_' })).toBe('')
  })

  it('that are missing are named when they are only verified', async () => {
    const url = await stage.bareDatabase()
    const error = await PostgresEventStore.open({ url, migrations: 'verify' }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'STORE_FAILURE' })
    expect(String(error)).toContain('0001-tables')
  })

  it('of a newer version refuse an older one', async () => {
    const url = await stage.database()
    const client = await stage.client(url)
    await client.query(`insert into eventcore.migrations (number, name) values (9999, '9999-from-the-future')`)
    const newer = { code: 'STORE_FAILURE', retryable: false, message: expect.stringMatching(/Update this one/) }
    await expect(PostgresEventStore.open({ url })).rejects.toMatchObject(newer)
    await expect(migratePostgres({ url })).rejects.toMatchObject(newer)
  })

  it('that a bundler left behind are missed by name, with what to do', async () => {
    // Where a bundle makes no modules of ours, they do not know where they are.
    for (const from of ['file:///srv/app/bundle.mjs', ''])
      await expect(migrationFiles(naming(), from)).rejects.toMatchObject({
        code: 'STORE_FAILURE',
        message: expect.stringMatching(/cannot be read from .* as external/),
      })
  })

  it('that fail leave nothing behind', async () => {
    const url = await stage.bareDatabase()
    const client = await stage.client(url)
    await client.query('create schema eventcore; create table eventcore.checkpoints (mine text)')
    await expect(migratePostgres({ url })).rejects.toMatchObject({ code: 'STORE_FAILURE' })
    const { rows } = await client.query(
      `select count(*)::integer as count from pg_class where relnamespace = 'eventcore'::regnamespace`,
    )
    expect(rows).toEqual([{ count: 1 }])
  })
})

describe('names', () => {
  it('of schema and prefix keep stores of one database apart: streams, feeds, command ids', async () => {
    const url = await stage.bareDatabase()
    const stores = [
      await stage.store({ url }),
      await stage.store({ url, schema: 'shop' }),
      await stage.store({ url, schema: 'shop', prefix: 'second_' }),
    ]
    const commandId = stores[0]?.newId() ?? ''
    for (const store of stores) {
      const commit = newCommit(store, [absent('a')], [newEvent(store, 'a')], { commandId })
      expect((await store.append([commit])).map(({ status }) => status)).toEqual(['committed'])
    }
    for (const store of stores) expect((await store.readFeed({ limit: 10 })).events).toHaveLength(1)
  })

  it('that could become part of a statement are refused', async () => {
    for (const schema of ['', 'Bank', 'a"b', 'a; drop table x', '1st', 'x'.repeat(64)])
      await expect(PostgresEventStore.open({ schema })).rejects.toMatchObject({ code: 'INVALID_DEFINITION' })
    for (const prefix of ['A', 'a-', "a'", 'x'.repeat(42)])
      await expect(PostgresEventStore.open({ prefix })).rejects.toMatchObject({ code: 'INVALID_DEFINITION' })
  })

  it('of the greatest length work', async () => {
    const url = await stage.bareDatabase()
    const store = await stage.store({ url, schema: 's'.repeat(63), prefix: 'p'.repeat(41) })
    await write(store, 'a')
    await store.leases.acquire('lease', 'owner', 1_000)
    expect((await store.readFeed({ limit: 10 })).events).toHaveLength(1)
    expect((await store.readFeed({ limit: 10, filter: { prefix: 'a' } })).events).toHaveLength(1)
  })
})

describe('events', () => {
  it('are immutable for their owner too: UPDATE, DELETE and TRUNCATE are refused', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    await write(store, 'a')
    const client = await stage.client(url)
    const attempts = [
      `update eventcore.events set data = '{}'`,
      'delete from eventcore.events',
      'truncate eventcore.events',
      'truncate eventcore.streams, eventcore.events',
      `insert into eventcore.events select * from eventcore.events on conflict (position) do update set data = '{}'`,
      `set session_replication_role = replica; update eventcore.events set data = '{}'`,
    ]
    for (const attempt of attempts)
      await expect(client.query(attempt), attempt).rejects.toMatchObject({ code: 'EC002' })
    expect(await store.readStream('a', { direction: 'forwards', limit: 10 })).toHaveLength(1)
  })

  it('that a probe asks for leave no row behind, and neither do streams of commits that fail', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const { version, id } = await write(store, 'a')
    const stale = { stream: 'a', version: version + 1, headId: id, base: 0 }
    for (let i = 0; i < 20; i++) {
      const [verified] = await store.append([newCommit(store, [absent(`ghost-${i}`)], [])])
      expect(verified?.status).toBe('verified')
      const failing = newCommit(
        store,
        [stale, absent(`written-${i}`), absent(`read-${i}`)],
        [newEvent(store, `written-${i}`)],
      )
      const [failed] = await store.append([failing])
      expect(failed?.status).toBe('conflict')
    }
    const client = await stage.client(url)
    expect((await client.query('select id from eventcore.streams')).rows).toEqual([{ id: 'a' }])
  })
})
