import { CommandExecutor, CommitOutcomeUnknown, defineCommand, reject, StoreUnavailable, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit, look, Touch, Withdraw } from './fixture/account.ts'
import { fickle } from './fixture/fickle.ts'
import { failure, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

const deposit = Deposit({ to: 'a', amount: 5 })
const one = { commandId: 'one' }

/** A store whose next append waits. */
function slow(): { store: HookedStore; answer: () => void } {
  const store = new HookedStore()
  const answered = gate()
  store.onAppend = async (_commits, proceed) => {
    await answered.passed
    return await proceed()
  }
  return { store, answer: () => answered.open() }
}

test('a repeat gets the events, versions and position of the first commit', async () => {
  const store = new HookedStore()
  const first = await new CommandExecutor(store).execute(deposit, {
    ...one,
    correlationId: 'c',
    metadata: { actor: 'x' },
  })
  await new CommandExecutor(store).execute(Deposit({ to: 'a', amount: 1 }))
  for (const executor of [new CommandExecutor(store), new CommandExecutor(store.shared)]) {
    const again = await executor.execute(deposit, { ...one, correlationId: 'other' })
    expect(again).toEqual({ ...first, alreadyCommitted: true })
  }
  expect(store.storyOf('account/a')).toBe('Deposited 5, Deposited 1')
})

test('calls at once under one id in one process are one execution', async () => {
  const { store, answer } = slow()
  const executor = new CommandExecutor(store)
  const calls = [1, 2, 3].map(() => executor.execute(deposit, one))
  expect(executor.activeCount).toBe(1)
  await quiet()
  answer()
  const [first, ...others] = await Promise.all(calls)
  expect(first).toMatchObject({ status: 'committed', alreadyCommitted: false })
  for (const other of others) expect(other).toEqual(first)
  expect(store.appends.length).toBe(1)
})

test('calls at once under one id in several processes commit once', async () => {
  const store = new HookedStore()
  const executors = Array.from({ length: 8 }, () => new CommandExecutor(store))
  const outcomes = await Promise.all(executors.map((executor) => executor.execute(deposit, one)))
  expect(store.storyOf('account/a')).toBe('Deposited 5')
  expect(outcomes.filter(({ alreadyCommitted }) => !alreadyCommitted).length).toBe(1)
  const [events] = outcomes.map((outcome) => outcome.events)
  for (const outcome of outcomes) expect(outcome.events).toEqual(events)
})

test('an id that is taken by another command or another input is an error, under way and recorded', async () => {
  const { store, answer } = slow()
  const executor = new CommandExecutor(store)
  const running = executor.execute(deposit, one)
  const others = [Deposit({ to: 'a', amount: 6 }), Deposit({ to: 'b', amount: 5 }), Withdraw({ from: 'a', amount: 5 })]
  for (const other of others)
    expect(await failure(executor.execute(other, one))).toMatchObject({ code: 'COMMAND_ID_REUSED' })
  answer()
  await running
  for (const other of others)
    for (const process of [executor, new CommandExecutor(store)])
      expect(await failure(process.execute(other, one))).toMatchObject({ code: 'COMMAND_ID_REUSED', retryable: false })
  expect(store.storyOf('account/a')).toBe('Deposited 5')
})

test('in which order the keys of an input stand makes no difference', async () => {
  const executor = new CommandExecutor(new HookedStore())
  await executor.execute(Deposit({ to: 'a', amount: 5 }), one)
  expect(await executor.execute(Deposit({ amount: 5, to: 'a' }), one)).toMatchObject({ alreadyCommitted: true })
})

test('rejections, empty decisions and errors are not recorded', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const withdraw = Withdraw({ from: 'a', amount: 5 })
  expect(await executor.execute(withdraw, one)).toMatchObject({ status: 'rejected', code: 'Insufficient' })
  expect(await executor.execute(Touch({ account: 'a' }), one)).toMatchObject({ status: 'committed', events: [] })
  await executor.execute(deposit)
  expect(await executor.execute(withdraw, one)).toMatchObject({ status: 'committed', alreadyCommitted: false })
  expect(await executor.execute(withdraw, one)).toMatchObject({ status: 'committed', alreadyCommitted: true })
})

test.each([
  ['rejects', () => reject('Never')],
  [
    'throws',
    () => {
      throw new Error('never')
    },
  ],
  ['writes nothing', () => []],
  ['rejects asynchronously', async () => reject('Never')],
  [
    'throws asynchronously',
    async () => {
      throw new Error('never')
    },
  ],
  [
    'throws in a generator',
    function* () {
      yield* []
      throw new Error('never')
    },
  ],
])('that it is committed outranks a handler that now %s', async (_what, handle) => {
  const store = new HookedStore()
  const first = await new CommandExecutor(store).execute(deposit, one)
  const Changed = defineCommand({
    name: 'Deposit',
    input: unchecked<{ to: string; amount: number }>(),
    streams: ({ to }) => ({ account: Account(to) }),
    handle: handle as () => never,
  })
  for (const executor of [new CommandExecutor(store), new CommandExecutor(store)]) {
    await look(executor, 'a')
    const again = await executor.execute(Changed({ to: 'a', amount: 5 }), one)
    expect(again).toEqual({ ...first, alreadyCommitted: true })
  }
})

test('that it is committed outranks conflicts, also those that are seen before the store is asked', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const reached = gate()
  const SlowDeposit = defineCommand({
    name: 'Deposit',
    input: unchecked<{ to: string; amount: number }>(),
    streams: ({ to }) => ({ account: Account(to) }),
    handle: async ({ input, account }) => {
      await reached.passed
      return account.emit('Deposited', input)
    },
  })
  const first = await new CommandExecutor(store).execute(deposit, one)
  const again = executor.execute(SlowDeposit({ to: 'a', amount: 5 }), { ...one, maxAttempts: 1 })
  await quiet()
  // The stream moves on while the handler runs, and this process knows.
  await executor.execute(Deposit({ to: 'a', amount: 1 }))
  reached.open()
  expect(await again).toMatchObject({ status: 'committed', alreadyCommitted: true, position: first.position })
})

test('a call that joined goes on when the first is aborted or out of time', async () => {
  for (const how of ['abort', 'timeout'] as const) {
    const { store, answer } = slow()
    const executor = new CommandExecutor(store)
    // Keeps the only lane busy, so that nothing of the others has been sent.
    const busy = executor.execute(Touch({ account: 'z' }))
    await quiet()
    const abort = new AbortController()
    const options = how === 'abort' ? { signal: abort.signal } : { timeoutMs: 10 }
    const first = failure(executor.execute(deposit, { ...one, ...options }))
    const patient = executor.execute(deposit, one)
    const third = executor.execute(deposit, one)
    abort.abort()
    await pass(20)
    expect(await first).toMatchObject({ code: how === 'abort' ? 'COMMAND_ABORTED' : 'COMMAND_TIMEOUT' })
    answer()
    await pass(1)
    expect(await patient).toMatchObject({ status: 'committed', alreadyCommitted: false })
    expect(await third).toEqual(await patient)
    await busy
    expect(store.storyOf('account/a')).toBe('Deposited 5')
  }
})

test('a call that joined and leaves does not know what becomes of the first', async () => {
  for (const how of ['abort', 'timeout'] as const) {
    const { store, answer } = slow()
    const executor = new CommandExecutor(store)
    const first = executor.execute(deposit, one)
    await quiet()
    const abort = new AbortController()
    const joined = failure(executor.execute(deposit, { ...one, signal: abort.signal, timeoutMs: 50 }))
    await quiet()
    if (how === 'abort') abort.abort()
    await pass(100)
    expect(await joined).toMatchObject({
      code: 'COMMIT_OUTCOME_UNKNOWN',
      commandIds: ['one'],
      cause: { code: how === 'abort' ? 'COMMAND_ABORTED' : 'COMMAND_TIMEOUT' },
    })
    answer()
    expect(await first).toMatchObject({ status: 'committed' })
  }
})

test('a call that joined does not get a rejection that was decided before it was made', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const answered = gate()
  store.onAppend = async (_commits, proceed, call) => {
    const results = await proceed()
    if (call === 1) await answered.passed
    return results
  }
  const withdraw = Withdraw({ from: 'a', amount: 5 })
  const first = executor.execute(withdraw, one)
  await quiet()
  // Rejected at the store already; then the money comes, and only then the second call.
  await new CommandExecutor(store).execute(deposit)
  const second = executor.execute(withdraw, one)
  const third = executor.execute(withdraw, one)
  await quiet()
  answered.open()
  expect(await first).toMatchObject({ status: 'rejected', code: 'Insufficient' })
  expect(await second).toMatchObject({ status: 'committed', alreadyCommitted: false })
  expect(await third).toEqual(await second)
})

test('a call that joined decides for itself when the handler of the first fails', async () => {
  const store = new HookedStore()
  const answered = gate()
  store.onAppend = async (_commits, proceed) => {
    await answered.passed
    return await proceed()
  }
  let runs = 0
  const Moody = fickle('Moody', () => {
    if (runs++ === 0) throw new Error('not yet')
    return true
  })
  const executor = new CommandExecutor(store)
  const first = failure(executor.execute(Moody({ account: 'a' }), one))
  const second = executor.execute(Moody({ account: 'a' }), one)
  await quiet()
  answered.open()
  expect(await first).toMatchObject({ code: 'HANDLER_FAILED' })
  expect(await second).toMatchObject({ status: 'committed' })
})

test('an id comes free for another input when a call that joined finds it so', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const withdraw = Withdraw({ from: 'a', amount: 5 })
  const outcomes = await Promise.allSettled([
    executor.execute(withdraw, one),
    executor.execute(withdraw, one).then(() => executor.execute(deposit, one)),
    executor.execute(withdraw, one),
  ])
  for (const outcome of outcomes) expect(outcome.status).toBe('fulfilled')
})

test('a call that joined one whose outcome is unknown does not say that nothing was written', async () => {
  const store = new HookedStore()
  let land: (() => Promise<unknown>) | undefined
  store.onAppend = async (commits, proceed, call) => {
    if (call > 1) throw new StoreUnavailable('It is down.', 'append')
    land = proceed
    throw new CommitOutcomeUnknown(commits.map(({ commandId }) => commandId))
  }
  const executor = new CommandExecutor(store)
  const unknown = { code: 'COMMIT_OUTCOME_UNKNOWN' }
  const first = expect(executor.execute(deposit, { ...one, timeoutMs: 100 })).rejects.toMatchObject(unknown)
  const second = expect(executor.execute(deposit, { ...one, timeoutMs: 500 })).rejects.toMatchObject(unknown)
  await pass(600)
  await Promise.all([first, second])
  await land?.()
  expect(store.storyOf('account/a')).toBe('Deposited 5')
})
