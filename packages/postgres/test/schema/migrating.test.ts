import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { migratePostgres } from '../../src/index.ts'
import { migrate } from '../../src/schema/migrate.ts'
import { naming } from '../../src/schema/naming.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

const names = naming()
const HASTY = { lockMs: 100, pauseMs: 100, longestPauseMs: 200, totalMs: 1_500 }

/** With all migrations before this one, as a release before left it. */
async function databaseBefore(migration: string): Promise<string> {
  const url = await stage.bareDatabase()
  const script = await migratePostgres({ url, dryRun: true })
  const end = script.indexOf(`-- ${migration}\n`)
  expect(end).toBeGreaterThan(0)
  await (await stage.client(url)).query(`${script.slice(0, end)}\ncommit;`)
  return url
}

/** Reads a table for a long time, as `pg_dump` does. */
async function dumping(url: string, tables: string): Promise<Client> {
  const client = await stage.client(url)
  await client.query(`set application_name = 'nightly dump'`)
  await client.query(`begin isolation level repeatable read; lock table ${tables} in access share mode`)
  return client
}

const applied = async (client: Client): Promise<number> =>
  Number((await client.query('select max(number) as number from eventcore.migrations')).rows[0]?.number)

describe('a migration that must wait for a table', () => {
  it('gives up with an error that names who holds it, and lets those behind it pass meanwhile', async () => {
    const url = await databaseBefore('0011-lease-clock')
    const dump = await dumping(url, 'eventcore.leases')
    const { rows } = await dump.query<{ pid: number }>('select pg_backend_pid() as pid')
    const client = await stage.client(url)
    let over = false
    const migrating = migrate(client, names, HASTY).catch((error: unknown) => {
      over = true
      return error
    })
    // What each append does. As long as the migration waits, this does too.
    const append = await stage.client(url)
    let passed = 0
    while (!over) {
      await append.query('select from eventcore.leases')
      if (!over) passed++
    }
    expect(passed).toBeGreaterThan(0)
    const error = await migrating
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
    expect(String(error)).toContain(`pid ${rows[0]?.pid}, nightly dump, since `)
    expect(String(error)).toContain('leases AccessShareLock')
    expect(await applied(append)).toBe(10)
    // The connection is as good as before.
    expect((await client.query('show lock_timeout')).rows).toEqual([{ lock_timeout: '0' }])
  })

  it('goes on by itself when the table gets free', async () => {
    const url = await databaseBefore('0011-lease-clock')
    const dump = await dumping(url, 'eventcore.leases')
    const watcher = await stage.client(url)
    const migrating = migrate(await stage.client(url), names, { ...HASTY, totalMs: 60_000 })
    const waits = `select from pg_locks where not granted and relation = 'eventcore.leases'::regclass`
    for (const count of [1, 0, 1])
      while ((await watcher.query(waits)).rowCount !== count) await new Promise((resolve) => setTimeout(resolve, 5))
    await dump.query('commit')
    await migrating
    expect(await applied(watcher)).toBeGreaterThan(11)
  })

  it('says so when it is another one that migrates', async () => {
    const url = await databaseBefore('0012-state-at-scale')
    const other = await stage.client(url)
    await other.query(`set application_name = 'other release'; begin; select pg_advisory_xact_lock(6093177021)`)
    const error = await migrate(await stage.client(url), names, { ...HASTY, totalMs: 200 }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/other release.*migrating/),
    })
  })

  it('has a limit in the printed script, too', async () => {
    const script = await migratePostgres({ url: await stage.bareDatabase(), dryRun: true })
    expect(script).toMatch(/^begin;\nset local lock_timeout = '2000 ms';/)
  })
})

describe('0012-state-at-scale', () => {
  it('needs nothing that appends wait for: it passes a dump of all tables but the dead letters, and an append under way', async () => {
    const url = await databaseBefore('0012-state-at-scale')
    await dumping(
      url,
      'eventcore.events, eventcore.streams, eventcore.leases, eventcore.checkpoints, eventcore.snapshots',
    )
    const append = await stage.client(url)
    await append.query('begin; lock table eventcore.events, eventcore.streams in row exclusive mode')
    await migrate(await stage.client(url), names, HASTY)
    expect(await applied(append)).toBeGreaterThanOrEqual(12)
  })
})
