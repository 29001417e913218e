import { CommandExecutor, defineCommand, type StreamSlice, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit } from './fixture/account.ts'
import { failure, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { LogStore } from './fixture/log-store.ts'

/** Writes how many deposits it sees on all its accounts to the first. */
const Count = defineCommand({
  name: 'Count',
  input: unchecked<{ accounts: readonly string[] }>(),
  streams: ({ accounts }) => ({ accounts: Account.many(accounts) }),
  timeline: { initial: () => 0, apply: { accounts: { Deposited: (count: number) => count + 1 } } },
  handle: ({ accounts, input, timeline }) =>
    accounts.of(input.accounts[0] as string).emit('Deposited', { amount: timeline }),
})

test('after the store was restored, a timeline is folded from what it holds now', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  for (let times = 0; times < 3; times++) await executor.execute(Deposit({ to: 'a', amount: 1 }))
  await executor.execute(Count({ accounts: ['a'] }))
  // From a backup that had one event only.
  const restored = new LogStore()
  await new CommandExecutor(restored).execute(Deposit({ to: 'a', amount: 1 }))
  store.onRead = (reads) => restored.read(reads)
  store.onAppend = (commits) => restored.append(commits)
  expect(await executor.execute(Count({ accounts: ['a'] }))).toMatchObject({
    events: [{ version: 2, data: { amount: 1 } }],
  })
  expect(await executor.execute(Count({ accounts: ['a'] }))).toMatchObject({
    events: [{ version: 3, data: { amount: 2 } }],
  })
})

test('a timeline that is behind each time it is read is no reason to read for ever', async () => {
  const store = new HookedStore()
  await new CommandExecutor(store.shared).execute(Deposit({ to: 'a', amount: 1 }))
  // Every other read of the head comes from a copy that is behind.
  let heads = 0
  const behind = (slice: StreamSlice): StreamSlice => ({ ...slice, version: 0, headId: null, events: [] })
  store.onRead = async (reads, proceed) => {
    const slices = await proceed()
    return reads[0]?.upTo === undefined && heads++ % 2 === 1 ? slices.map(behind) : slices
  }
  const executor = new CommandExecutor(store, { maxReadRounds: 3, maxAttempts: 2 })
  expect(await failure(executor.execute(Count({ accounts: ['a'] })))).toMatchObject({
    code: 'CONCURRENCY_CONFLICT',
    attempts: 2,
    conflicts: [{ stream: 'account/a', expectedVersion: 0, actualVersion: 1 }],
  })
  expect(store.reads.length).toBeLessThan(20)
})

test('many timelines over many streams are a few reads at once, and all of them are read', async () => {
  const store = new HookedStore()
  const accounts = Array.from({ length: 10 }, (_, index) => `t${index}`)
  const writer = new CommandExecutor(store.shared)
  await Promise.all(accounts.map((to) => writer.execute(Deposit({ to, amount: 1 }))))
  let [now, most] = [0, 0]
  store.onRead = async (_reads, proceed) => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setImmediate(resolve))
    now--
    return await proceed()
  }
  const executor = new CommandExecutor(store)
  const commands = Array.from({ length: 30 }, (_, index) => Count({ accounts: [`own${index}`, ...accounts] }))
  const outcomes = await Promise.all(commands.map((command) => executor.execute(command)))
  expect(outcomes).toMatchObject(Array(30).fill({ status: 'committed', events: [{ data: { amount: 10 } }] }))
  // Two of streams, and two of each of four timelines.
  expect(most).toBeLessThanOrEqual(10)
})

test('the timeline of a command that has ended is not read on, and does not hold up the next', async () => {
  const store = new HookedStore()
  const accounts = Array.from({ length: 10 }, (_, index) => `t${index}`)
  const writer = new CommandExecutor(store.shared)
  await Promise.all(accounts.map((to) => writer.execute(Deposit({ to, amount: 1 }))))
  const read = gate()
  store.onRead = async (reads, proceed) => {
    if (reads[0]?.upTo !== undefined) await read.passed
    return await proceed()
  }
  const executor = new CommandExecutor(store)
  const abort = new AbortController()
  const ended = Array.from({ length: 100 }, () =>
    failure(executor.execute(Count({ accounts }), { signal: abort.signal })),
  )
  await quiet()
  abort.abort()
  expect((await Promise.all(ended)).map(({ code }) => code)).toEqual(Array(100).fill('COMMAND_ABORTED'))
  const next = executor.execute(Count({ accounts }))
  await quiet()
  const reads = store.reads.length
  read.open()
  expect(await next).toMatchObject({ status: 'committed', events: [{ data: { amount: 10 } }] })
  // Its own: the heads, and a page of each stream.
  expect(store.reads.length - reads).toBe(11)
})
