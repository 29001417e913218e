import { CommandExecutor, type Commit, CommitOutcomeUnknown, type RetryInfo, StoreUnavailable } from 'eventcore'
import { expect, test } from 'vitest'
import { Deposit, look, Touch, Withdraw } from './fixture/account.ts'
import { fickle } from './fixture/fickle.ts'
import { failure, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

const lost = (commits: readonly Commit[]): CommitOutcomeUnknown =>
  new CommitOutcomeUnknown(commits.map(({ commandId }) => commandId))

const deposit = Deposit({ to: 'a', amount: 5 })

test('a commit whose answer is lost is found again: committed, once, by this very execution', async () => {
  const store = new HookedStore()
  store.onAppend = async (commits, proceed, call) => {
    await proceed()
    throw call === 1 ? lost(commits) : new Error('not expected')
  }
  const outcome = await new CommandExecutor(store).execute(deposit, { commandId: 'one' })
  expect(outcome).toMatchObject({ status: 'committed', alreadyCommitted: false, attempts: 1, position: '1' })
  expect(outcome).toMatchObject({ streams: [{ stream: 'account/a', version: 0 }], events: [{ version: 1 }] })
  expect(store.storyOf('account/a')).toBe('Deposited 5')
  expect(store.lookUps).toEqual([['one']])
})

test('one that was not written is tried again under the same id', async () => {
  const store = new HookedStore()
  store.onAppend = (commits, proceed, call) => (call === 1 ? Promise.reject(lost(commits)) : proceed())
  const retries: RetryInfo[] = []
  const executor = new CommandExecutor(store, { onRetry: (retry) => retries.push(retry) })
  const promise = executor.execute(deposit, { commandId: 'one' })
  await pass(1_000)
  expect(await promise).toMatchObject({ alreadyCommitted: false, attempts: 2 })
  expect(retries).toMatchObject([{ reason: 'unknown-outcome', attempt: 1, commandId: 'one', conflicts: [] }])
  expect(store.appends.map((commits) => commits.map(({ commandId }) => commandId))).toEqual([['one'], ['one']])
  expect(store.commitsOf('one')).toBe(1)
  expect(await look(executor, 'a')).toEqual({ balance: 5, count: 1, version: 1 })
})

test.each(['before', 'after'])('an attempt that lands %s its retry never makes two', async (when) => {
  const store = new HookedStore()
  const late: (() => Promise<unknown>)[] = []
  store.onAppend = async (commits, proceed, call) => {
    if (call === 1) {
      late.push(proceed)
      throw lost(commits)
    }
    if (when === 'before') await late[0]?.()
    const results = await proceed()
    if (when === 'after') await late[0]?.()
    return results
  }
  const executor = new CommandExecutor(store)
  const promise = executor.execute(deposit, { commandId: 'one' })
  await pass(1_000)
  expect(await promise).toMatchObject({ status: 'committed', alreadyCommitted: false, events: [{ version: 1 }] })
  expect(store.storyOf('account/a')).toBe('Deposited 5')
  expect(await look(executor, 'a')).toEqual({ balance: 5, count: 1, version: 1 })
})

test.each(['timeout', 'abort'])('a %s while an attempt may still land is no definite error', async (how) => {
  const store = new HookedStore()
  let land = async (): Promise<unknown> => undefined
  store.onAppend = async (commits, proceed) => {
    land = proceed
    throw lost(commits)
  }
  store.onLookUp = () => Promise.reject(new StoreUnavailable('down', 'findCommits'))
  const executor = new CommandExecutor(store)
  const abort = new AbortController()
  const promise = failure(executor.execute(deposit, { commandId: 'one', timeoutMs: 50, signal: abort.signal }))
  await pass(how === 'timeout' ? 100 : 1)
  abort.abort()
  expect(await promise).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', commandIds: ['one'] })
  expect((await promise).cause).toMatchObject({ code: how === 'timeout' ? 'COMMAND_TIMEOUT' : 'COMMAND_ABORTED' })
  await land()
  expect(store.storyOf('account/a')).toBe('Deposited 5')
})

test('when the attempts are used up, an attempt that may still land is no definite error', async () => {
  const store = new HookedStore()
  store.onAppend = (commits) => Promise.reject(lost(commits))
  const executor = new CommandExecutor(store, { maxAttempts: 3 })
  const promises = ['one', 'two'].map((commandId) => failure(executor.execute(deposit, { commandId })))
  await pass(5_000)
  const [one, two] = await Promise.all(promises)
  // Each names itself, though both went in one call.
  expect(one).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', commandIds: ['one'] })
  expect(two).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', commandIds: ['two'] })
  // Three attempts each, together or apart.
  expect(store.appends.length).toBeLessThanOrEqual(6)
})

test('that the stream moved on proves nothing when the attempt itself may have moved it', async () => {
  const store = new HookedStore()
  let land = async (): Promise<unknown> => undefined
  const executor = new CommandExecutor(store)
  store.onAppend = async (commits, proceed) => {
    if (commits[0]?.events.length === 0) return await proceed()
    land = proceed
    throw lost(commits)
  }
  store.onLookUp = () => Promise.reject(new StoreUnavailable('down', 'findCommits'))
  const promise = failure(executor.execute(deposit, { commandId: 'one', timeoutMs: 50 }))
  await quiet()
  await land()
  // Another command reads the stream: this process knows now that it stands at version 1.
  expect(await look(executor, 'a')).toMatchObject({ version: 1 })
  await pass(100)
  expect(await promise).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
  expect(store.commitsOf('one')).toBe(1)
})

test('an attempt is given up for dead once the store says that its stream had moved and its id was not there', async () => {
  const store = new HookedStore()
  const other = new CommandExecutor(store.shared)
  const late: (() => Promise<unknown>)[] = []
  const executor = new CommandExecutor(store)
  await executor.execute(Deposit({ to: 'a', amount: 1 }))
  store.onAppend = async (commits, proceed) => {
    if (late.push(proceed) > 1) return await proceed()
    await other.execute(Withdraw({ from: 'a', amount: 1 }))
    throw lost(commits)
  }
  const promise = executor.execute(Withdraw({ from: 'a', amount: 1 }), { commandId: 'one' })
  await pass(1_000)
  // Decided on the stream as the other left it: a rejection that nothing can undo.
  expect(await promise).toMatchObject({ status: 'rejected', code: 'Insufficient' })
  expect(await late[0]?.()).toMatchObject([{ status: 'conflict' }])
  expect(store.commitsOf('one')).toBe(0)
})

test('a decision that changes its mind is not told while the first one may still land', async () => {
  const store = new HookedStore()
  store.onAppend = (commits, proceed) => (commits[0]?.events.length === 0 ? proceed() : Promise.reject(lost(commits)))
  let runs = 0
  const Fickle = fickle('Fickle', () => runs++ === 0)
  const executor = new CommandExecutor(store)
  const promise = failure(executor.execute(Fickle({ account: 'a' }), { commandId: 'one' }))
  await pass(1_000)
  expect(await promise).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', commandIds: ['one'] })
})

test('looking an id up goes on while the store cannot be reached', async () => {
  const store = new HookedStore()
  store.onAppend = async (commits, proceed) => {
    await proceed()
    throw lost(commits)
  }
  store.onLookUp = (_ids, proceed, call) =>
    call <= 5 ? Promise.reject(new StoreUnavailable('down', 'findCommits')) : proceed()
  const promise = new CommandExecutor(store).execute(deposit, { commandId: 'one' })
  await pass(5_000)
  expect(await promise).toMatchObject({ status: 'committed', alreadyCommitted: false })
  expect(store.lookUps.length).toBe(6)
  expect(store.appends.length).toBe(1)
})

test.each([
  ['throws what is no error of a store', async (): Promise<never> => Promise.reject(new TypeError('x is undefined'))],
  ['throws what is no error at all', async (): Promise<never> => Promise.reject('oh')],
  ['gives too few results', async () => []],
  ['gives no list', async () => undefined as unknown as []],
  ['gives a list of nothing', async () => [undefined as never]],
  ['gives a result that there is not', async () => [{ status: 'done' } as never]],
  ['gives too few positions', async () => [{ status: 'committed', positions: [] } as const]],
])('an append that %s is an unknown outcome', async (_what, misbehave) => {
  for (const written of [true, false]) {
    const store = new HookedStore()
    store.onAppend = async (_commits, proceed, call) => {
      if (call > 1) return await proceed()
      if (written) await proceed()
      return await misbehave()
    }
    const executor = new CommandExecutor(store)
    const promise = executor.execute(deposit, { commandId: 'one' })
    await pass(1_000)
    expect(await promise).toMatchObject({ status: 'committed', alreadyCommitted: false, attempts: written ? 1 : 2 })
    expect(store.commitsOf('one')).toBe(1)
    expect(await look(executor, 'a')).toEqual({ balance: 5, count: 1, version: 1 })
  }
})

test('commands that write nothing are only decided again, and end with a definite error', async () => {
  const store = new HookedStore()
  store.onAppend = (commits, proceed, call) => (call < 3 ? Promise.reject(lost(commits)) : proceed())
  const executor = new CommandExecutor(store)
  const promise = executor.execute(Touch({ account: 'a' }))
  await pass(1_000)
  expect(await promise).toMatchObject({ status: 'committed', events: [], attempts: 3 })
  expect(store.lookUps).toEqual([])

  store.onAppend = (commits) => Promise.reject(lost(commits))
  const hopeless = failure(executor.execute(Touch({ account: 'a' }), { maxAttempts: 2 }))
  await pass(1_000)
  expect(await hopeless).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
})

test('what was pending on a lost batch is no longer built on', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(Deposit({ to: 'a', amount: 1 }))
  const answered = gate()
  store.onAppend = async (commits, proceed, call) => {
    if (call !== 2) return await proceed()
    await answered.passed
    throw lost(commits)
  }
  const doubtful = executor.execute(Deposit({ to: 'a', amount: 2 }))
  await quiet()
  const next = look(executor, 'a')
  answered.open()
  await pass(1_000)
  expect(await doubtful).toMatchObject({ status: 'committed' })
  const seen = await next
  expect([1, 3]).toContain(seen.balance)
  expect(await look(executor, 'a')).toEqual({ balance: 3, count: 2, version: 2 })
})

test.each(['was', 'was not'])(
  'a long stream is not read again when it is unknown whether a batch %s written',
  async (how) => {
    const store = new HookedStore()
    const executor = new CommandExecutor(store)
    for (let count = 0; count < 30; count++) await executor.execute(Deposit({ to: 'a', amount: 1 }))
    const reads = store.reads.length
    store.onAppend = async (commits, proceed) => {
      store.onAppend = (_commits, again) => again()
      if (how === 'was') await proceed()
      throw lost(commits)
    }
    const doubtful = executor.execute(Deposit({ to: 'a', amount: 10 }))
    const next = Withdraw({ from: 'a', amount: 35 })
    await quiet()
    const after = executor.execute(next)
    await pass(100)
    expect(await doubtful).toMatchObject({ status: 'committed' })
    expect(['committed', 'rejected']).toContain((await after).status)
    expect(await executor.execute(next)).toMatchObject({
      status: (await after).status === 'committed' ? 'rejected' : 'committed',
    })
    expect(store.reads.length).toBe(reads)
  },
)
