import { raceAndCheck, workloads } from '@eventcore/testing'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PostgresEventStore } from '../src/index.ts'
import { write } from './support/commits.ts'
import { type ReplicatedServer, startReplicated } from './support/standby.ts'
import { TcpProxy } from './support/tcp-proxy.ts'

let servers: ReplicatedServer
beforeEach(async () => {
  servers = await startReplicated()
}, 60_000)
afterEach(() => servers.stop(), 60_000)

describe('a standby', () => {
  it('is refused as long as it is one, and so is its feed', async () => {
    const store = await PostgresEventStore.open(servers.primary)
    await write(store, 'a')
    await store.close()
    const error = await PostgresEventStore.open(servers.standby).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'STORE_FAILURE' })
    expect(String(error)).toContain('standby')
    const client = new Client({ connectionString: servers.standby })
    await client.connect()
    await untilReplicated(client)
    await expect(client.query('select eventcore.horizon()')).rejects.toMatchObject({ code: 'EC003' })
    await client.end()
  })

  it('that had confirmed every commit loses nothing when it takes over in the middle of the load', async () => {
    await servers.waitForStandby()
    const proxy = await TcpProxy.before(servers.primary)
    const url = proxy.through(servers.primary)
    const stores = [await PostgresEventStore.open(url), await PostgresEventStore.open(url)]
    const failOver = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 500))
      await servers.killPrimary()
      await servers.promoteStandby()
      proxy.redirect(servers.standby)
    }
    const [run] = await Promise.all([
      raceAndCheck(stores, workloads.hotSet(), {
        commands: Number.POSITIVE_INFINITY,
        timeLimitMs: 6_000,
        maxAttempts: 1_000_000,
        followers: 0,
        check: { witness: 'commits' },
      }),
      failOver(),
    ])
    process.stdout.write(`fail-over: ${run.explain()}\n`)
    expect(run.ok, run.explain()).toBe(true)
    expect([run.failed, run.unknown]).toEqual([0, 0])
    for (const store of stores) await store.close()
    await proxy.close()
  })

  it('that had not received the last commits: a checkpoint behind them is refused, an earlier one serves', async () => {
    const store = await PostgresEventStore.open(servers.primary)
    for (let i = 0; i < 10; i++) await write(store, 'a')
    const early = await store.headCursor()
    const standby = new Client({ connectionString: servers.standby })
    await standby.connect()
    const replayed = `select count(*)::integer as count from eventcore.events`
    await untilReplicated(standby)
    while ((await standby.query<{ count: number }>(replayed)).rows[0]?.count !== 10)
      await new Promise((resolve) => setTimeout(resolve, 20))
    await standby.end()
    await servers.cutReplication()
    // Acknowledged by the primary alone.
    for (let i = 0; i < 5; i++) await write(store, 'a')
    const late = await store.headCursor()
    await servers.killPrimary()
    await store.close()
    await servers.promoteStandby()

    const promoted = await PostgresEventStore.open(servers.standby)
    await expect(promoted.readFeed({ after: late, limit: 1 })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
    // Also when other events have come to stand where the lost ones stood.
    for (let i = 0; i < 50; i++) await write(promoted, 'b')
    await expect(promoted.readFeed({ after: late, limit: 1 })).rejects.toMatchObject({ code: 'INVALID_CURSOR' })
    expect((await promoted.readFeed({ after: early, limit: 100 })).events).toHaveLength(50)
    await promoted.close()
  })
})

async function untilReplicated(client: Client): Promise<void> {
  while ((await client.query(`select to_regclass('eventcore.events') as found`)).rows[0]?.found == null)
    await new Promise((resolve) => setTimeout(resolve, 20))
}
