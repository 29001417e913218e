import { CommandExecutor, type Commit, defineCommand, reject, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit, look } from './fixture/account.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import type { LogStore } from './fixture/log-store.ts'

/** Appends so many deposits of 1 at once, as another process would. */
function grow(store: LogStore, stream: string, count: number): void {
  const known = store.log.streams.get(stream)
  const commit: Commit = {
    commandId: store.newId(),
    commandName: 'Grow',
    inputHash: '',
    checks: [{ stream, version: known?.version ?? 0, headId: known?.id ?? null, base: 0 }],
    events: Array.from({ length: count }, () => ({
      id: store.newId(),
      stream,
      type: 'Deposited',
      data: '{"amount":1}',
    })),
    recordedAt: 0,
    correlationId: 'grow',
    causationId: null,
    metadata: '{}',
  }
  const [result] = store.appendNow([commit])
  expect(result?.status).toBe('committed')
}

test('a long stream comes in pages that all end where the first one found the head', async () => {
  const store = new HookedStore()
  grow(store.shared, 'account/a', 2_500)
  store.onRead = async (_reads, proceed) => {
    const slices = await proceed()
    // It grows faster than it is read.
    grow(store.shared, 'account/a', 1_500)
    return slices
  }
  const executor = new CommandExecutor(store)
  const promise = executor.execute(Deposit({ to: 'a', amount: 1 }))
  store.onAppend = async (_commits, proceed) => {
    store.onRead = (_reads, read) => read()
    return await proceed()
  }
  const outcome = await promise
  expect(store.reads.slice(0, 3)).toEqual([
    [{ stream: 'account/a', after: 0 }],
    [{ stream: 'account/a', after: 1_000, upTo: 2_500 }],
    [{ stream: 'account/a', after: 2_000, upTo: 2_500 }],
  ])
  // Decided at version 2,500, refused, and brought up to date: 1,000 events with the answer, the rest by a read of its own.
  expect(outcome).toMatchObject({ status: 'committed', attempts: 2 })
  expect(store.appends[0]?.[0]?.checks).toMatchObject([{ version: 2_500 }])
  const { balance, version } = await look(executor, 'a')
  expect(balance).toBe(version)
  expect(version).toBe(store.shared.length)
})

test('a conflict that misses more events than its answer holds reads the rest', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  expect(await look(executor, 'a')).toMatchObject({ version: 0 })
  grow(store.shared, 'account/a', 3_700)
  grow(store.shared, 'account/b', 10)
  const reads = store.reads.length
  expect(await executor.execute(Deposit({ to: 'a', amount: 1 }))).toMatchObject({
    attempts: 2,
    events: [{ version: 3_701 }],
  })
  expect(store.reads.slice(reads)).toEqual([
    [{ stream: 'account/a', after: 1_000, upTo: 3_700 }],
    [{ stream: 'account/a', after: 2_000, upTo: 3_700 }],
    [{ stream: 'account/a', after: 3_000, upTo: 3_700 }],
  ])
  expect(await look(executor, 'a')).toEqual({ balance: 3_701, count: 3_701, version: 3_701 })
})

test('a conflict whose answer holds all missed events needs no further read', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await look(executor, 'a')
  grow(store.shared, 'account/a', 900)
  const reads = store.reads.length
  expect(await executor.execute(Deposit({ to: 'a', amount: 1 }))).toMatchObject({ attempts: 2 })
  expect(store.reads.length).toBe(reads)
  expect(await look(executor, 'a')).toMatchObject({ balance: 901 })
})

test('missed events of a whole batch, more than one answer holds, reach every command', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const accounts = Array.from({ length: 30 }, (_, index) => `${index}`)
  await Promise.all(accounts.map((account) => look(executor, account)))
  for (const account of accounts) grow(store.shared, `account/${account}`, 100)
  const outcomes = await Promise.all(accounts.map((to) => executor.execute(Deposit({ to, amount: 1 }))))
  for (const { attempts } of outcomes) expect(attempts).toBe(2)
  for (const account of accounts)
    expect(await look(executor, account)).toEqual({ balance: 101, count: 101, version: 101 })
})

test('a command over more streams and events than one read holds sees all of them', async () => {
  const store = new HookedStore()
  const ids = Array.from({ length: 900 }, (_, index) => `${index}`)
  for (const id of ids) grow(store.shared, `account/${id}`, 1 + (Number(id) % 5))
  const Sum = defineCommand({
    name: 'Sum',
    input: unchecked<{ ids: readonly string[] }>(),
    streams: (input) => ({ all: Account.manyReadOnly(input.ids) }),
    handle: ({ all }) => reject('Sum', { sum: [...all].reduce((sum, { state }) => sum + state.balance, 0) }),
  })
  const outcome = await new CommandExecutor(store).execute(Sum({ ids }))
  expect(outcome).toMatchObject({ status: 'rejected', detail: { sum: 900 * 3 } })
  expect(store.reads.every((reads) => reads.length <= 512)).toBe(true)
})

test('other commands are served between the pages of a long stream', async () => {
  const store = new HookedStore()
  grow(store.shared, 'account/long', 20_000)
  const executor = new CommandExecutor(store)
  const order: string[] = []
  const long = executor.execute(Deposit({ to: 'long', amount: 1 })).then(() => order.push('long'))
  const short = executor.execute(Deposit({ to: 'short', amount: 1 })).then(() => order.push('short'))
  await Promise.all([long, short])
  expect(order).toEqual(['short', 'long'])
})
