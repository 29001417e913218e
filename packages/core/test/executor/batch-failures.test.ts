import {
  CommandExecutor,
  type Commit,
  defineCommand,
  defineStream,
  type RetryInfo,
  StoreFailure,
  unchecked,
} from 'eventcore'
import { expect, test } from 'vitest'
import { Deposit, look, Transfer } from './fixture/account.ts'
import { failure } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

const isBad = ({ commandId }: Commit): boolean => commandId === 'bad'

/** A store that refuses every call with one of these commands in it. */
function poisoned(...commandIds: string[]): HookedStore {
  const store = new HookedStore()
  store.onAppend = async (commits, proceed) => {
    if (commits.some(({ commandId }) => commandIds.includes(commandId))) throw new StoreFailure('no', 'append')
    return await proceed()
  }
  return store
}

test.each([1, 2, 3, 50, 200])('one commit that a call cannot take fails alone, in a batch of %i', async (count) => {
  const store = poisoned('bad')
  const retries: RetryInfo[] = []
  const executor = new CommandExecutor(store, { onRetry: (retry) => retries.push(retry) })
  const calls = Array.from({ length: count }, (_, index) =>
    executor.execute(Deposit({ to: `${index % 10}`, amount: 1 }), { commandId: `good-${index}`, maxAttempts: 1 }),
  )
  const bad = failure(executor.execute(Deposit({ to: '3', amount: 1_000 }), { commandId: 'bad', maxAttempts: 1 }))
  const after = Array.from({ length: count }, (_, index) =>
    executor.execute(Deposit({ to: `${index % 10}`, amount: 1 }), { commandId: `after-${index}`, maxAttempts: 1 }),
  )
  // No time passes: whoever shared a call with it has neither lost an attempt nor has to wait.
  await pass(0)
  for (const outcome of await Promise.all([...calls, ...after])) expect(outcome).toMatchObject({ attempts: 1 })
  expect(await bad).toMatchObject({ code: 'STORE_FAILURE' })
  expect(retries).toEqual([])
  expect(store.shared.length).toBe(2 * count)
  // Halves of halves, and nobody else is drawn in.
  const sizes = store.appends.flatMap((commits) => (commits.some(isBad) ? [commits.length] : []))
  expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => b - a))
  expect(sizes.at(-1)).toBe(1)
  expect(store.appends.length).toBeLessThan(10 + 8 * Math.log2(2 * count + 1))
  for (let account = 0; account < Math.min(10, count); account++)
    expect((await look(executor, `${account}`)).balance).toBe(store.shared.log.eventsOf(`account/${account}`).length)
})

test('several of them each fail alone', async () => {
  const store = poisoned('bad-1', 'bad-2', 'bad-3')
  const executor = new CommandExecutor(store)
  const results = await Promise.allSettled(
    Array.from({ length: 90 }, (_, index) =>
      executor.execute(Transfer({ from: `${index % 5}`, to: `${(index + 1) % 5}`, amount: 0 }), {
        commandId: index % 30 === 7 ? `bad-${1 + Math.floor(index / 30)}` : `good-${index}`,
        maxAttempts: 1,
      }),
    ),
  )
  expect(results.filter(({ status }) => status === 'rejected').length).toBe(3)
  expect(store.shared.length).toBe(2 * 87)
})

test('what was decided on the events of a commit that failed is decided again, for nothing', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const other = new CommandExecutor(store.shared)
  await executor.execute(Deposit({ to: 'a', amount: 1 }))
  const retries: RetryInfo[] = []
  const watched = new CommandExecutor(store, { onRetry: (retry) => retries.push(retry) })
  await look(watched, 'a')
  store.onAppend = async (commits, proceed, call) => {
    if (commits.length > 1 && call < 10) await other.execute(Deposit({ to: 'a', amount: 10 }))
    return await proceed()
  }
  const calls = Array.from({ length: 20 }, (_, index) =>
    watched.execute(Deposit({ to: 'a', amount: 100 }), { commandId: `${index}`, maxAttempts: 8 }),
  )
  await pass(1_000)
  const outcomes = await Promise.all(calls)
  // Each write of the other process costs the first command of one batch an attempt, and the others nothing.
  const foreign = store.shared.length - 21
  expect(foreign).toBeGreaterThan(3)
  expect(retries.length).toBe(foreign)
  for (const { attempts, commandId } of outcomes)
    expect(attempts).toBe(1 + retries.filter((retry) => retry.commandId === commandId).length)
  expect((await look(watched, 'a')).balance).toBe(1 + 20 * 100 + 10 * foreign)
})

test('a command that builds on one that turns out to be committed already is decided again, for nothing', async () => {
  const store = new HookedStore()
  await new CommandExecutor(store).execute(Deposit({ to: 'a', amount: 5 }), { commandId: 'one' })
  const executor = new CommandExecutor(store)
  await look(executor, 'a')
  const [again, next] = await Promise.all([
    executor.execute(Deposit({ to: 'a', amount: 5 }), { commandId: 'one' }),
    executor.execute(Deposit({ to: 'a', amount: 1 }), { maxAttempts: 1 }),
  ])
  expect(again).toMatchObject({ alreadyCommitted: true })
  expect(next).toMatchObject({ status: 'committed', attempts: 1, events: [{ version: 2 }] })
  expect(await look(executor, 'a')).toMatchObject({ balance: 6 })
})

test('the commits of a call are checked in order, each on top of those before it', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await look(executor, 'a')
  const outcomes = await Promise.all([1, 2, 3].map((amount) => executor.execute(Deposit({ to: 'a', amount }))))
  expect(outcomes.map(({ streams, attempts }) => [streams[0]?.version, attempts])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
  ])
  const checks = (store.appends.at(-1) as readonly Commit[]).map(({ checks: [check] }) => check)
  const ids = store.shared.log.slice().map(({ id }) => id)
  expect(checks).toEqual([
    { stream: 'account/a', version: 0, headId: null, base: 0 },
    { stream: 'account/a', version: 1, headId: ids[0], base: 1 },
    { stream: 'account/a', version: 2, headId: ids[1], base: 2 },
  ])
})

test('a batch is no larger than maxBatch', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store, { maxBatch: 7 })
  await Promise.all(Array.from({ length: 100 }, (_, index) => executor.execute(Deposit({ to: `${index}`, amount: 1 }))))
  expect(Math.max(...store.appends.map(({ length }) => length))).toBe(7)
})

test('a batch carries no more payload than a store should take at once', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const Note = defineStream('note', {
    events: { Written: unchecked<{ text: string }>() },
    initial: () => 0,
    apply: { Written: (count) => count + 1 },
  })
  const Write = defineCommand({
    name: 'Write',
    input: unchecked<{ note: string }>(),
    streams: ({ note }) => ({ note: Note(note) }),
    handle: ({ note }) => note.emit('Written', { text: 'x'.repeat(500_000) }),
  })
  await Promise.all(Array.from({ length: 40 }, (_, index) => executor.execute(Write({ note: `${index}` }))))
  expect(Math.max(...store.appends.map(({ length }) => length))).toBe(9)
  expect(store.shared.length).toBe(40)
})
