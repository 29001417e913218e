import { asCursor } from 'eventcore'
import { describe, expect, it } from 'vitest'
import { migratePostgres, postgresGrants } from '../../src/index.ts'
import { absent, newCommit, newEvent, write } from '../support/commits.ts'
import { letter } from '../support/letters.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

it('no function of the store finds anything in a schema of its caller: each has a search path, or names what it uses', async () => {
  const url = await stage.database()
  const { rows } = await (await stage.client(url)).query(
    `select proname from pg_proc where pronamespace = to_regnamespace('eventcore')
      and not exists (select from unnest(proconfig) setting where setting like 'search_path=%')`,
  )
  // Its statements are the caller's.
  expect(rows).toEqual([{ proname: 'append_projecting' }])
})

describe('roles', () => {
  /** Where nobody may do anything that was not granted by name: by default PUBLIC may execute every function. */
  async function strictDatabase(): Promise<string> {
    const url = await stage.bareDatabase()
    await (await stage.client(url)).query('alter default privileges revoke execute on functions from public')
    await migratePostgres({ url })
    return url
  }

  async function rolesOf(url: string) {
    const owner = await stage.client(url)
    const suffix = new URL(url).pathname.slice(-6)
    const roles = { application: `app_${suffix}`, readOnly: `reader_${suffix}` }
    for (const role of Object.values(roles)) await owner.query(`create role ${role} login password 'secret'`)
    stage.later(async () => {
      const client = await stage.client(url)
      for (const role of Object.values(roles)) await client.query(`drop owned by ${role}; drop role ${role}`)
      await client.end()
    })
    await owner.query(postgresGrants(roles))
    const as = (role: string): string => {
      const own = new URL(url)
      own.username = role
      own.password = 'secret'
      return own.href
    }
    return { application: as(roles.application), readOnly: as(roles.readOnly) }
  }

  it('an application does all that the store does, and cannot touch an event by itself', async () => {
    const url = await strictDatabase()
    const { application } = await rolesOf(url)
    const store = await stage.store({ url: application, migrations: 'verify' })
    await write(store, 'a')
    const { events, cursor } = await store.readFeed({ limit: 10, filter: { prefix: 'a' } })
    expect(events).toHaveLength(1)
    await store.snapshots.save({ stream: 'a', fold: 'f', version: 1, headId: store.newId(), state: '{}' })
    const lease = await store.leases.acquire('p', 'me', 1_000)
    if (cursor !== undefined) await store.checkpoints.save({ name: 'p', cursor, epoch: lease?.epoch ?? 0 })
    expect((await store.feedStatus()).head).toBe(events[0]?.position)
    expect((await store.readFeed({ limit: 10 })).events).toHaveLength(1)
    expect(await store.readStream('a', { direction: 'forwards', limit: 10 })).toHaveLength(1)
    const { projections } = store
    await projections.commit({
      projection: 'q@1',
      streams: ['a'],
      checkpoint: { cursor: cursor ?? asCursor(''), epoch: 1, after: undefined },
      apply: () => [letter(1, { projection: 'q@1' })],
    })
    expect(await projections.countEvents(undefined)).toBe(1)
    await projections.activate({ name: 'q', version: 1, apply: () => undefined })
    await projections.restart({ projection: 'q@1', epoch: 2, apply: () => undefined })
    expect(await projections.deadLetters.count('q@1')).toMatchObject({ failed: 0 })
    const client = await stage.client(application)
    const forbidden = [
      `update eventcore.events set data = '{}'`,
      'delete from eventcore.events',
      'truncate eventcore.events',
      'insert into eventcore.events select * from eventcore.events',
      'update eventcore.streams set version = 0, head_id = null',
      'delete from eventcore.streams',
      `select nextval('eventcore.batches')`,
      `select setval('eventcore.batches', 1)`,
      'delete from eventcore.leases',
      'delete from eventcore.migrations',
      'alter table eventcore.events disable trigger all',
      'create table eventcore.mine (x int)',
    ]
    for (const attempt of forbidden)
      await expect(client.query(attempt), attempt).rejects.toMatchObject({ code: '42501' })
  })

  it('a reader reads, and every attempt to write is a clear error', async () => {
    const url = await strictDatabase()
    await write(await stage.store({ url }), 'a')
    const { readOnly } = await rolesOf(url)
    const store = await stage.store({ url: readOnly, migrations: 'verify' })
    expect((await store.readFeed({ limit: 10 })).events).toHaveLength(1)
    expect(await store.listStreams({ limit: 10 })).toEqual([{ stream: 'a', version: 1 }])
    const error = await store
      .append([newCommit(store, [absent('b')], [newEvent(store, 'b')])])
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'STORE_FAILURE' })
    expect(String(error)).toContain('privilege')
    await expect(store.leases.acquire('p', 'me', 1_000)).rejects.toMatchObject({ code: 'STORE_FAILURE' })
  })

  it('each function is granted by name: all to an application, and to a reader those that change nothing', async () => {
    const url = await strictDatabase()
    const roles = await rolesOf(url)
    const lacking = async (role: string): Promise<string[]> => {
      const client = await stage.client(role)
      const { rows } = await client.query<{ proname: string }>(
        `select proname from pg_proc where pronamespace = to_regnamespace('eventcore') and prorettype <> 'trigger'::regtype
          and not has_function_privilege(oid, 'execute') order by proname`,
      )
      return rows.map(({ proname }) => proname)
    }
    expect(await lacking(roles.application)).toEqual([])
    expect(await lacking(roles.readOnly)).toEqual([
      'acquire_lease',
      'advance_sequences',
      'append',
      'append_projecting',
      'forget_projection',
      'move_checkpoint',
      'pause_appends',
      'save_checkpoint',
    ])
  })

  it('a reader opens where sequences lag, and an application moves them', async () => {
    const url = await strictDatabase()
    const { application, readOnly } = await rolesOf(url)
    await write(await stage.store({ url }), 'a')
    const owner = await stage.client(url)
    await owner.query(`select setval('eventcore.streams_key_seq', 1, false)`)
    const last = `select pg_sequence_last_value('eventcore.streams_key_seq') as last`
    await stage.store({ url: readOnly, migrations: 'verify' })
    expect((await owner.query(last)).rows).toEqual([{ last: null }])
    const store = await stage.store({ url: application, migrations: 'verify' })
    expect((await owner.query(last)).rows).toEqual([{ last: '1' }])
    expect((await write(store, 'b')).version).toBe(1)
  })
})
