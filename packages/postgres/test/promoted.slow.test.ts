import { setTimeout as sleep } from 'node:timers/promises'
import { checkHistory, raceAndCheck, readLog, runWorkload, workloads } from '@eventcore/testing/checker'
import type { Cursor, EventStore } from 'eventcore'
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

  it.each([1, 2, 3, 4, 5, 6])(
    'that had confirmed every commit loses nothing when it takes over in the middle of the load (%i of 6)',
    async () => {
      await servers.waitForStandby()
      const proxy = await TcpProxy.before(servers.primary)
      const url = proxy.through(servers.primary)
      const stores = [await PostgresEventStore.open(url), await PostgresEventStore.open(url)]
      const answers: number[] = []
      const failOver = async (): Promise<void> => {
        await sleep(500 + Math.random() * 1_500)
        await servers.killPrimary()
        await servers.promoteStandby()
        proxy.redirect(servers.standby)
      }
      const [run] = await Promise.all([
        raceAndCheck(
          stores.map((store) => answering(store, answers)),
          workloads.hotSet(),
          {
            commands: Number.POSITIVE_INFINITY,
            timeLimitMs: 8_000,
            maxAttempts: 1_000_000,
            followers: 0,
            check: { witness: 'commits' },
          },
        ),
        failOver(),
      ])
      process.stdout.write(`fail-over, synchronous, without answers for ${longestGap(answers)} ms: ${run.explain()}\n`)
      expect(run.ok, run.explain()).toBe(true)
      expect([run.failed, run.unknown]).toEqual([0, 0])
      for (const store of stores) await store.close()
      await proxy.close()
    },
  )

  it.each([0, 300, 1_000])(
    'that had not confirmed them lacks the commits of the last moments (cut off %i ms before), and a cursor behind them is refused',
    async (cutMs) => {
      const store = await PostgresEventStore.open(servers.primary)
      let head: Cursor | undefined
      let running = true
      const following = (async () => {
        while (running) head = await store.headCursor().catch(() => head)
      })()
      const lose = async (): Promise<void> => {
        await sleep(1_500)
        if (cutMs > 0) await servers.cutReplication()
        await sleep(cutMs)
        await servers.killPrimary()
      }
      const [run] = await Promise.all([
        runWorkload(store, workloads.hotSet(), {
          commands: Number.POSITIVE_INFINITY,
          timeLimitMs: 4_000 + cutMs,
          // Who loses the primary gives up: nobody acts on what the standby lacks.
          maxAttempts: 3,
          followers: 0,
        }),
        lose(),
      ])
      running = false
      await following
      await store.close()
      await servers.promoteStandby()
      const promoted = await PostgresEventStore.open(servers.standby)
      const { counts } = checkHistory(run.history, await readLog(promoted), { witness: 'commits' })
      const { 'lost-commit': lost = 0, ...others } = counts
      const resumed = await promoted.readFeed({ after: head, limit: 1 }).catch((error: { code?: string }) => error.code)
      process.stdout.write(
        `fail-over, asynchronous, cut off ${cutMs} ms before: ${run.committed} acknowledged, ${lost} lost, other anomalies ${JSON.stringify(others)}, a follower's cursor: ${typeof resumed === 'string' ? resumed : 'valid'}\n`,
      )
      if (cutMs > 0) expect(lost).toBeGreaterThan(0)
      // Neither is a commit torn, nor does what is left contradict itself.
      expect(others['torn-commit'] ?? 0).toBe(0)
      if (lost > 0) expect(resumed).toBe('INVALID_CURSOR')
      await promoted.close()
    },
  )

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

/** The same store, which takes down when each append was answered. */
function answering(store: EventStore, answers: number[]): EventStore {
  const append: EventStore['append'] = async (commits) => {
    const results = await store.append(commits)
    answers.push(performance.now())
    return results
  }
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'append') return append
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

function longestGap(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Math.round(Math.max(0, ...sorted.slice(1).map((at, i) => at - (sorted[i] ?? at))))
}
