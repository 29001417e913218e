import { CommitOutcomeUnknown } from 'eventcore'
import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { PostgresEventStore } from '../src/index.ts'
import { absent, newCommit, newEvent, write } from './support/commits.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

const oneEvent = (store: PostgresEventStore, stream: string) =>
  newCommit(store, [absent(stream)], [newEvent(store, stream)])

describe('an answer that got lost', () => {
  it('is an unknown outcome that names every command of the call, and the look-up finds them', async () => {
    const url = await stage.database()
    const proxy = await stage.proxy(url)
    const store = await stage.store({ url: proxy.through(url), notifications: false })
    await write(store, 'warm-up')
    const commits = [oneEvent(store, 'a'), oneEvent(store, 'b')]
    const swallowed = proxy.swallowReply()
    const error = await store.append(commits).catch((reason: unknown) => reason)
    await swallowed
    expect(error).toBeInstanceOf(CommitOutcomeUnknown)
    expect(error).toMatchObject({
      code: 'COMMIT_OUTCOME_UNKNOWN',
      commandIds: commits.map(({ commandId }) => commandId),
    })
    const found = await store.findCommits(commits.map(({ commandId }) => commandId))
    expect(found.map(({ commandId }) => commandId)).toEqual(commits.map(({ commandId }) => commandId))
    // The same again commits nothing twice.
    expect((await store.append(commits)).map(({ status }) => status)).toEqual(['duplicate', 'duplicate'])
  })

  it('is an unknown outcome too when the backend was ended while it worked, and then nothing is found', async () => {
    const url = await stage.database()
    const store = await stage.store({ url, notifications: false, applicationName: 'victim' })
    const stored = await write(store, 'a')
    const other = await stage.client(url)
    await other.query('begin')
    await other.query(`select from eventcore.streams where id = 'a' for update`)
    const commit = newCommit(store, [{ stream: 'a', version: 1, headId: stored.id, base: 1 }], [newEvent(store, 'a')])
    const pending = store.append([commit]).catch((reason: unknown) => reason)
    const watcher = await stage.client(url)
    await untilOneWaits(watcher)
    await watcher.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim' and wait_event_type = 'Lock'`,
    )
    expect(await pending).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    await other.query('rollback')
    expect(await store.findCommits([commit.commandId])).toEqual([])
    expect((await store.append([commit])).map(({ status }) => status)).toEqual(['committed'])
  })

  it('is noticed when the network swallows everything: the call does not hang', async () => {
    const url = await stage.database()
    const proxy = await stage.proxy(url)
    const options = {
      url: proxy.through(url),
      notifications: false,
      statementTimeoutMs: 1_000,
      connectTimeoutMs: 2_000,
    }
    const store = await stage.store({ ...options, answerGraceMs: 200 })
    await write(store, 'warm-up')
    proxy.blackhole()
    await expect(store.append([oneEvent(store, 'a')])).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
    // A read changes nothing, so it may simply be tried again.
    await expect(store.read([{ stream: 'a', after: 0 }])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })
})

describe('a definite failure', () => {
  it('is an error that comes after the row, when the transaction cannot be committed', async () => {
    const url = await stage.database()
    const store = await stage.store({ url })
    const client = await stage.client(url)
    await client.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not at commit'; end $$;
      create constraint trigger late after insert on eventcore.events deferrable initially deferred
        for each row execute function refuse();`)
    const commit = oneEvent(store, 'a')
    await expect(store.append([commit])).rejects.toMatchObject({ code: 'STORE_FAILURE' })
    expect(await store.findCommits([commit.commandId])).toEqual([])
    await client.query('drop trigger late on eventcore.events')
    expect((await store.append([commit])).map(({ status }) => status)).toEqual(['committed'])
  })

  it('of one commit of a batch fails that commit alone', async () => {
    const store = await stage.store({ url: await stage.database() })
    const commits = ['a', 'b', 'c', 'd', 'e'].map((stream) => oneEvent(store, stream))
    // U+0000 is what no text of PostgreSQL can hold.
    commits[3] = newCommit(store, [absent('d')], [newEvent(store, 'd')], { causationId: 'a\0b' })
    const results = await store.append(commits)
    expect(results.map(({ status }) => status)).toEqual(['committed', 'committed', 'committed', 'failed', 'committed'])
    expect(results[3]).toMatchObject({ error: { code: 'STORE_FAILURE' } })
    expect((await store.listStreams({ limit: 10 })).map(({ stream }) => stream)).toEqual(['a', 'b', 'c', 'e'])
  })

  it('of one commit makes what was built on it conflict, and nothing else', async () => {
    const store = await stage.store({ url: await stage.database() })
    const bad = newCommit(store, [absent('a')], [newEvent(store, 'a', 'not JSON')])
    const dependent = newCommit(
      store,
      [{ stream: 'a', version: 1, headId: bad.events[0]?.id ?? '', base: 0 }],
      [newEvent(store, 'a')],
    )
    const results = await store.append([oneEvent(store, 'x'), bad, dependent, oneEvent(store, 'y')])
    expect(results.map(({ status }) => status)).toEqual(['committed', 'failed', 'conflict', 'committed'])
  })

  it('is what PostgreSQL would change in silence, before anything is sent', async () => {
    const store = await stage.store({ url: await stage.database() })
    const half = newCommit(store, [absent('a')], [newEvent(store, 'a')], { metadata: '{"a":"\ud800"}' })
    await expect(store.append([oneEvent(store, 'b'), half])).rejects.toMatchObject({ code: 'INVALID_COMMIT' })
    const upper = newCommit(store, [absent('a')], [{ ...newEvent(store, 'a'), id: store.newId().toUpperCase() }])
    await expect(store.append([upper])).rejects.toMatchObject({ code: 'INVALID_COMMIT' })
    expect(await store.listStreams({ limit: 10 })).toEqual([])
  })

  it('is a lock that is held for too long: nothing was written, and trying again is right', async () => {
    const url = await stage.database()
    const store = await stage.store({ url, statementTimeoutMs: 1_500 })
    const stored = await write(store, 'a')
    const other = await stage.client(url)
    await other.query('begin')
    await other.query(`select from eventcore.streams where id = 'a' for update`)
    const check = { stream: 'a', version: 1, headId: stored.id, base: 1 }
    const commit = newCommit(store, [check], [newEvent(store, 'a')])
    await expect(store.append([commit])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await other.query('rollback')
    expect((await store.append([commit])).map(({ status }) => status)).toEqual(['committed'])
  })

  it('is a server that is not there', async () => {
    const url = await stage.database()
    const proxy = await stage.proxy(url)
    const store = await stage.store({ url: proxy.through(url) })
    proxy.refuse()
    // The end of the idle connection is noticed at the next turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(store.append([oneEvent(store, 'a')])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  it('is a user, a password or a database that the server does not know', async () => {
    const url = await stage.database()
    const other = new URL(url)
    other.pathname = '/no_such_database'
    await expect(PostgresEventStore.open(other.href)).rejects.toMatchObject({ code: 'STORE_FAILURE' })
    const stranger = new URL(url)
    stranger.username = 'stranger'
    stranger.password = 'wrong'
    await expect(PostgresEventStore.open(stranger.href)).rejects.toMatchObject({ code: 'STORE_FAILURE' })
    await expect(PostgresEventStore.open('mysql://localhost/x')).rejects.toMatchObject({ code: 'INVALID_DEFINITION' })
  })
})

describe('connections', () => {
  it('take what the URL leaves out from the environment, and show by which program they were made', async () => {
    const url = new URL(await stage.database())
    const before = process.env.PGPASSWORD
    process.env.PGPASSWORD = url.password
    stage.later(async () => {
      if (before === undefined) delete process.env.PGPASSWORD
      else process.env.PGPASSWORD = before
    })
    const full = url.href
    url.password = ''
    const store = await stage.store({ url: url.href, applicationName: 'bank-api' })
    await write(store, 'a')
    const client = await stage.client(full)
    const { rowCount } = await client.query(`select from pg_stat_activity where application_name = 'bank-api'`)
    expect(rowCount).toBeGreaterThan(0)
  })

  it('that must be encrypted are not made without', async () => {
    const url = await stage.database()
    const error = await PostgresEventStore.open(`${url}?sslmode=require`).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'STORE_FAILURE' })
    expect(String(error)).toContain('SSL')
  })

  it('that break while idle are replaced, and nobody is told', async () => {
    const url = await stage.database()
    const pool = stage.pool({ connectionString: url, application_name: 'idler' })
    const store = await PostgresEventStore.open({ pool })
    stage.later(() => store.close())
    await Promise.all([write(store, 'a'), write(store, 'b'), write(store, 'c')])
    const client = await stage.client(url)
    const open = pool.totalCount
    let removed = 0
    pool.on('remove', () => removed++)
    const ended = await client.query<{ pid: number }>(
      `select pid, pg_terminate_backend(pid) from pg_stat_activity where application_name = 'idler'`,
    )
    // By their numbers: the one that listens is replaced at once, under the same name.
    const pids = ended.rows.map(({ pid }) => pid)
    await untilGone(client, pids)
    // The server is through with them; this process hears of each on another socket.
    while (removed < open) await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await write(store, 'a')).version).toBe(2)
  })

  it('of which none is free within the time: the error says so', async () => {
    const url = await stage.database()
    const store = await stage.store({ url, maxConnections: 1, connectTimeoutMs: 1_500 })
    const stored = await write(store, 'a')
    const other = await stage.client(url)
    await other.query('begin')
    await other.query(`select from eventcore.streams where id = 'a' for update`)
    const check = { stream: 'a', version: 1, headId: stored.id, base: 1 }
    const waiting = store.append([newCommit(store, [check], [newEvent(store, 'a')])])
    const error = await store.read([{ stream: 'a', after: 0 }]).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(String(error)).toContain('all 1 connections of the pool were in use')
    await other.query('rollback')
    expect((await waiting).map(({ status }) => status)).toEqual(['committed'])
    // The call that was given up does not keep the connection that came too late.
    expect((await write(store, 'a')).version).toBe(3)
  })

  it('of a pool of the caller that is in the middle of a transaction commit nothing of ours', async () => {
    const url = await stage.database()
    const pool = stage.pool({ connectionString: url, max: 1 })
    const store = await stage.store({ pool, notifications: false })
    const client = await pool.connect()
    await client.query('begin')
    client.release()
    const commit = oneEvent(store, 'a')
    await expect(store.append([commit])).rejects.toMatchObject({ code: 'STORE_FAILURE' })
    expect(await store.findCommits([commit.commandId])).toEqual([])
    expect((await store.append([commit])).map(({ status }) => status)).toEqual(['committed'])
  })

  it('of a pool of the caller keep their settings, and the pool stays open', async () => {
    const url = await stage.database()
    const pool = stage.pool({ connectionString: url, max: 1 })
    const before = (await pool.query('show statement_timeout')).rows
    const store = await PostgresEventStore.open({ pool })
    await write(store, 'a')
    await store.close()
    expect((await pool.query('show statement_timeout')).rows).toEqual(before)
  })

  it('that run at another isolation level by default are refused', async () => {
    const url = await stage.database()
    const pool = stage.pool({ connectionString: url, options: '-c default_transaction_isolation=serializable' })
    await expect(PostgresEventStore.open({ pool })).rejects.toMatchObject({ code: 'STORE_FAILURE' })
    // Our own pool sets what it needs.
    const client = await stage.client(url)
    // In this database only: other tests run on the same server.
    await client.query(
      `do $$ begin execute format('alter database %I set default_transaction_isolation = ''repeatable read''', current_database()); end $$`,
    )
    const store = await stage.store({ url })
    expect((await write(store, 'a')).version).toBe(1)
  })
})

async function untilOneWaits(client: Client): Promise<void> {
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  while ((await client.query(waiting)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 5))
}

async function untilGone(client: Client, pids: readonly number[]): Promise<void> {
  const left = 'select from pg_stat_activity where pid = any ($1)'
  while ((await client.query(left, [pids])).rowCount !== 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
