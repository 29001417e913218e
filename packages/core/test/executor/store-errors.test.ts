import {
  CommandExecutor,
  CommitOutcomeUnknown,
  defineCommand,
  type RetryInfo,
  reject,
  StoreFailure,
  StoreUnavailable,
  unchecked,
} from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit, look } from './fixture/account.ts'
import { failure } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

const busy = new StoreUnavailable('busy', 'append')
const down = new StoreUnavailable('down', 'read')
const full = new StoreFailure('disk full', 'append')

/** Deposits what it finds on another account, which it discovers as it runs. */
const discovering = {
  name: 'Match',
  input: unchecked<{ to: string; like: string }>(),
  streams: ({ to }: { to: string }) => ({ account: Account(to) }),
} as const
const MatchLater = defineCommand({
  ...discovering,
  handle: async ({ input, account, read }) => {
    const like = await read(Account.readOnly(input.like))
    return account.emit('Deposited', { amount: like.state.balance })
  },
})
const MatchNow = defineCommand({
  ...discovering,
  handle: function* ({ input, account, read }) {
    const like = yield* read(Account.readOnly(input.like))
    return account.emit('Deposited', { amount: like.state.balance })
  },
})

test('an append that the store could not take is retried, with backoff', async () => {
  const store = new HookedStore()
  store.onAppend = (_commits, proceed, call) => (call <= 3 ? Promise.reject(busy) : proceed())
  const retries: RetryInfo[] = []
  const executor = new CommandExecutor(store, { onRetry: (retry) => retries.push(retry), random: () => 0.5 })
  const promise = executor.execute(Deposit({ to: 'a', amount: 5 }))
  await pass(1_000)
  expect(await promise).toMatchObject({ status: 'committed', attempts: 4 })
  expect(retries.map(({ reason, delayMs }) => [reason, delayMs])).toEqual([
    ['unavailable', 2.5],
    ['unavailable', 5],
    ['unavailable', 10],
  ])
})

test.each([
  ['an append', Deposit({ to: 'a', amount: 5 })],
  ['an append of several', undefined],
])('%s that the store can never take ends with its error', async (_what, command) => {
  const store = new HookedStore()
  store.onAppend = () => Promise.reject(busy)
  const executor = new CommandExecutor(store, { maxAttempts: 3 })
  const commands =
    command === undefined ? [Deposit({ to: 'a', amount: 1 }), Deposit({ to: 'b', amount: 1 })] : [command]
  const failures = commands.map((one) => failure(executor.execute(one)))
  await pass(10_000)
  for (const error of await Promise.all(failures)) expect(error).toBe(busy)
  expect(store.appends.length).toBeLessThanOrEqual(3 * commands.length)
})

test.each([
  ['declared', Deposit({ to: 'a', amount: 5 })],
  ['discovered by a generator', MatchNow({ to: 'b', like: 'a' })],
  ['discovered while awaiting', MatchLater({ to: 'b', like: 'a' })],
])('a stream %s that cannot be read for a while is read again', async (_how, command) => {
  const store = new HookedStore()
  store.onRead = (reads, proceed, call) =>
    reads.some(({ stream }) => stream === 'account/a') && call <= 4 ? Promise.reject(down) : proceed()
  const retries: RetryInfo[] = []
  const promise = new CommandExecutor(store, { onRetry: (retry) => retries.push(retry) }).execute(command)
  await pass(5_000)
  expect(await promise).toMatchObject({ status: 'committed' })
  expect(retries.length).toBeGreaterThanOrEqual(3)
  for (const { reason } of retries) expect(reason).toBe('unavailable')
})

test.each([
  ['declared', Deposit({ to: 'a', amount: 5 })],
  ['discovered by a generator', MatchNow({ to: 'b', like: 'a' })],
  ['discovered while awaiting', MatchLater({ to: 'b', like: 'a' })],
])('a stream %s that can never be read ends the command with the error of the store', async (_how, command) => {
  const store = new HookedStore()
  const isRead = (reads: readonly { stream: string }[]): boolean => reads.some(({ stream }) => stream === 'account/a')
  store.onRead = (reads, proceed) => (isRead(reads) ? Promise.reject(down) : proceed())
  const promise = failure(new CommandExecutor(store, { maxAttempts: 3 }).execute(command))
  await pass(5_000)
  expect(await promise).toBe(down)
  expect(store.reads.filter(isRead).length).toBeLessThanOrEqual(4)

  store.onRead = (reads, proceed) => (isRead(reads) ? Promise.reject(full) : proceed())
  const hopeless = failure(new CommandExecutor(store).execute(command))
  await pass(5_000)
  expect(await hopeless).toBe(full)
  expect(store.storyOf('account/b')).toBe('')
})

test('a lasting failure is not retried', async () => {
  const store = new HookedStore()
  store.onAppend = () => Promise.reject(full)
  expect(await failure(new CommandExecutor(store).execute(Deposit({ to: 'a', amount: 5 })))).toBe(full)
  expect(store.appends.length).toBe(1)
})

test.each([
  ['throws what is no error of a store', () => Promise.reject(new TypeError('x is undefined'))],
  ['gives no list', async () => undefined as unknown as []],
  ['gives too few streams', async () => []],
])('a read that %s is a failure of the store', async (_what, misbehave) => {
  const store = new HookedStore()
  store.onRead = misbehave
  for (const command of [Deposit({ to: 'a', amount: 5 }), MatchLater({ to: 'b', like: 'a' })]) {
    const error = await failure(new CommandExecutor(store).execute(command))
    expect(error).toMatchObject({ code: 'STORE_FAILURE', operation: 'read' })
  }
  store.onRead = (_reads, proceed) => proceed()
  expect(await look(new CommandExecutor(store), 'a')).toMatchObject({ version: 0 })
})

test('a commit that fails by itself fails its own command only', async () => {
  const store = new HookedStore()
  store.onAppend = async (commits, proceed) => {
    const results = await proceed()
    return results.map((result, index) =>
      commits[index]?.commandId === 'bad' ? { status: 'failed', error: full } : result,
    )
  }
  store.shared.appendNow = (
    (append) => (commits) =>
      commits.map((commit) => (commit.commandId === 'bad' ? { status: 'failed', error: full } : append([commit])[0]))
  )(store.shared.appendNow.bind(store.shared)) as typeof store.shared.appendNow
  const executor = new CommandExecutor(store)
  const first = executor.execute(Deposit({ to: 'a', amount: 1 }))
  const bad = failure(executor.execute(Deposit({ to: 'a', amount: 2 }), { commandId: 'bad' }))
  const after = executor.execute(Deposit({ to: 'a', amount: 3 }))
  await pass(1_000)
  expect(await bad).toBe(full)
  expect(await first).toMatchObject({ status: 'committed', attempts: 1 })
  // It was decided on what the failed one would have written.
  expect(await after).toMatchObject({ status: 'committed', attempts: 1, events: [{ version: 2 }] })
  expect(store.storyOf('account/a')).toBe('Deposited 1, Deposited 3')
})

test('a commit that fails by itself is no definite failure while an earlier attempt may land', async () => {
  const store = new HookedStore()
  store.onAppend = async (_commits, _proceed, call) => {
    if (call === 1) throw new CommitOutcomeUnknown(['one'])
    return [{ status: 'failed', error: full }]
  }
  const promise = failure(new CommandExecutor(store).execute(Deposit({ to: 'a', amount: 1 }), { commandId: 'one' }))
  await pass(1_000)
  expect(await promise).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', commandIds: ['one'], cause: full })
})

test('a handler that lives with a failed read decides without the stream', async () => {
  const store = new HookedStore()
  const Lenient = defineCommand({
    ...discovering,
    handle: async ({ input, account, read }) => {
      try {
        await read(Account.readOnly(input.like))
      } catch {
        return reject('Unreadable')
      }
      return account.emit('Deposited', { amount: 1 })
    },
  })
  store.onRead = (reads, proceed) =>
    reads.some(({ stream }) => stream === 'account/a') ? Promise.reject(full) : proceed()
  const outcome = await new CommandExecutor(store).execute(Lenient({ to: 'b', like: 'a' }))
  expect(outcome).toMatchObject({ status: 'rejected', code: 'Unreadable' })
})
