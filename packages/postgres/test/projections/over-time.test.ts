import { setTimeout as sleep } from 'node:timers/promises'
import { deposit, LedgerAccount } from '@eventcore/testing/contract'
import { type FailurePolicy, ProjectionRunner, type RunnerOptions } from 'eventcore'
import { describe, expect, it } from 'vitest'
import { defineProjection, type PostgresTransaction } from '../../src/index.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

const policy = { action: 'dead-letter', maxAttempts: 2, baseDelayMs: 1 } as const

const see = (key: string, tx: PostgresTransaction): void => tx.run('insert into seen values ($1)', [key])

/** The rows of `seen` are what handlers wrote. */
async function open(
  handler: (key: string, tx: PostgresTransaction) => unknown,
  onFailure: FailurePolicy,
  options: RunnerOptions = {},
) {
  const url = await stage.database()
  const proxy = await stage.proxy(url)
  const store = await stage.store({
    url: proxy.through(url),
    maxConnections: 4,
    statementTimeoutMs: 2_000,
    answerGraceMs: 500,
    connectTimeoutMs: 1_500,
  })
  const projection = defineProjection({
    name: 'seen',
    version: 1,
    streams: [LedgerAccount],
    setUp: (tx) => tx.run('create table if not exists seen (key text primary key)'),
    handlers: {
      account: {
        Deposited: ({ key }, tx) => handler(key, tx),
      },
    },
    onFailure,
  })
  const runner = new ProjectionRunner(store, projection, options)
  stage.later(() => runner.stop())
  const client = await stage.client(url)
  const seen = async (): Promise<readonly string[]> =>
    (await client.query<{ key: string }>('select key from seen order by key')).rows.map(({ key }) => key)
  return { proxy, store, runner, seen, client }
}

describe('a handler within the transaction of its projection', () => {
  it('that never comes to an end is parked, leaves nothing, and cannot go on in a transaction that is over', async () => {
    let wake: () => void = () => undefined
    const goesOn = new Promise<void>((resolve) => {
      wake = resolve
    })
    const late: unknown[] = []
    const { store, runner, seen } = await open(
      async (key, tx) => {
        see(key, tx)
        if (key !== 'b') return
        await goesOn
        late.push(await tx.query(`insert into seen values ('late')`).catch((error: unknown) => error))
      },
      { ...policy, timeoutMs: 200 },
    )
    await deposit(store, [{ key: 'a' }, { key: 'b' }, { key: 'c' }])
    runner.start()
    await runner.waitFor({ events: await deposit(store, [{ key: 'd' }]) })
    expect(await runner.deadLetters.list()).toMatchObject([
      { stream: 'account/b', reason: 'failed', attempts: 2, error: expect.stringContaining('within 200 ms') },
    ])
    wake()
    await expect.poll(() => late.length).toBeGreaterThan(1)
    for (const error of late) expect(String(error)).toContain('is over')
    expect(await seen()).toEqual(['a', 'c', 'd'])
  }, 60_000)

  it('that leaves its transaction idle for longer than the server allows has failed, though it comes to an end later', async () => {
    const { store, runner, seen } = await open(
      async (key, tx) => {
        see(key, tx)
        if (key === 'b') await sleep(4_000)
      },
      { ...policy, maxAttempts: 1 },
      { batchSize: 1, leaseMs: 1_000 },
    )
    await deposit(store, [{ key: 'a' }, { key: 'b' }, { key: 'c' }])
    runner.start()
    await runner.waitFor({ events: await deposit(store, [{ key: 'd' }]) })
    expect(await runner.deadLetters.list()).toMatchObject([
      { stream: 'account/b', error: expect.stringContaining('left its transaction idle for 2000 ms') },
    ])
    expect(await seen()).toEqual(['a', 'c', 'd'])
  }, 60_000)

  it.each([
    ['leaves', (tx: PostgresTransaction) => tx.run('select pg_sleep(60)')],
    ['waits for', (tx: PostgresTransaction) => tx.query('select pg_sleep(60)')],
  ])(
    'that %s a statement which takes longer than the server allows is parked',
    async (_, slow) => {
      const { store, runner, seen } = await open(
        async (key, tx) => {
          see(key, tx)
          if (key === 'b') await slow(tx)
        },
        { ...policy, maxAttempts: 1 },
        { batchSize: 1 },
      )
      await deposit(store, [{ key: 'a' }, { key: 'b' }, { key: 'c' }])
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'd' }]) }, { timeoutMs: 30_000 })
      expect(await runner.deadLetters.list()).toMatchObject([
        { stream: 'account/b', reason: 'failed', error: expect.stringContaining('statement timeout') },
      ])
      expect(await seen()).toEqual(['a', 'c', 'd'])
    },
    60_000,
  )

  it('that waits for a lock of somebody else is not to blame', async () => {
    const { store, runner, seen, client } = await open((key, tx) => see(key, tx), { ...policy, maxAttempts: 1 })
    runner.start()
    await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) })
    await client.query(`begin; insert into seen values ('b')`)
    const outcome = { events: await deposit(store, [{ key: 'b' }]) }
    await expect.poll(async () => (await runner.status()).state, { timeout: 30_000 }).toBe('unavailable')
    expect(String((await runner.status()).lastError)).toContain('lock timeout')
    await client.query('rollback')
    await runner.waitFor(outcome, { timeoutMs: 30_000 })
    expect(await runner.deadLetters.list()).toEqual([])
    expect(await seen()).toEqual(['a', 'b'])
  }, 60_000)

  it('that waits for an answer which does not come is not to blame', async () => {
    const { proxy, store, runner, seen } = await open(
      async (key, tx) => {
        if (key === 'b') await tx.query('select 1 /* asked by the handler */')
        see(key, tx)
      },
      { ...policy, maxAttempts: 1, timeoutMs: 1_000 },
      { batchSize: 1 },
    )
    await deposit(store, [{ key: 'a' }])
    runner.start()
    await runner.waitFor({ events: await deposit(store, [{ key: 'a2' }]) })
    proxy.blackholeOneAt((request) => request.includes('asked by the handler'))
    const outcome = { events: await deposit(store, [{ key: 'b' }]) }
    await runner.waitFor(outcome, { timeoutMs: 30_000 })
    expect(await runner.deadLetters.list()).toEqual([])
    expect(await seen()).toContain('b')
  }, 60_000)
})
