import { CommandExecutor, type Commit, type CommitResult, defineCommand, reject, unchecked } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { Account, Deposit, look, Withdraw } from './fixture/account.ts'
import { gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { LogStore } from './fixture/log-store.ts'
import { IgnoresHeadIds, VerifiesNothing } from './model/store-mutants.ts'

const CopyBalance = defineCommand({
  name: 'CopyBalance',
  input: unchecked<{ from: string; to: string }>(),
  streams: ({ from, to }) => ({ from: Account.readOnly(from), to: Account(to) }),
  handle: ({ from, to }) => to.emit('Deposited', { amount: from.state.balance }),
})

describe('a version number does not name its content', () => {
  /** What a command writes that was decided on a pending event, while another process takes the version of that event. */
  async function copiedBalance(log: LogStore): Promise<number> {
    const store = new HookedStore(log)
    const executor = new CommandExecutor(store)
    await Promise.all([look(executor, 'a'), look(executor, 'b')])
    store.onAppend = async (commits, proceed) => {
      store.onAppend = (_commits, again) => again()
      expect(commits.length).toBe(2)
      await new CommandExecutor(log).execute(Deposit({ to: 'a', amount: 7 }))
      return await proceed()
    }
    const [, copied] = await Promise.all([
      executor.execute(Deposit({ to: 'a', amount: 100 })),
      executor.execute(CopyBalance({ from: 'a', to: 'b' })),
    ])
    const [read] = copied.streams
    const { balance } = log.log
      .eventsOf('account/a')
      .slice(0, read?.version)
      .reduce((sum, { data }) => ({ balance: sum.balance + JSON.parse(data).amount }), { balance: 0 })
    const data = (copied.events[0]?.data ?? { amount: Number.NaN }) as { amount: number }
    return balance - data.amount
  }

  test('a decision on an event that was never committed fails with it', async () => {
    expect(await copiedBalance(new LogStore())).toBe(0)
  })

  test('a store that compares versions only is caught by this', async () => {
    expect(await copiedBalance(new IgnoresHeadIds())).not.toBe(0)
  })
})

describe('a read that was sent before a command was called', () => {
  /** The balance on which a command is rejected that is called after a deposit, while an older read is on its way. */
  async function rejectedWith(log: LogStore): Promise<unknown> {
    const store = new HookedStore(log)
    const executor = new CommandExecutor(store)
    const answered = gate()
    store.onRead = async (_reads, proceed, call) => {
      const slices = await proceed()
      if (call === 1) await answered.passed
      return slices
    }
    const early = executor.execute(Withdraw({ from: 'a', amount: 1_000 }))
    await quiet()
    await new CommandExecutor(log).execute(Deposit({ to: 'a', amount: 5 }))
    const late = executor.execute(Withdraw({ from: 'a', amount: 1_000 }))
    await quiet()
    answered.open()
    const [, outcome] = await Promise.all([early, late])
    return outcome.status === 'rejected' ? outcome.detail.balance : outcome
  }

  test('decides nothing by itself', async () => {
    expect(await rejectedWith(new LogStore())).toBe(5)
  })

  test('a store that does not check commits without events is caught by this', async () => {
    expect(await rejectedWith(new VerifiesNothing())).toBe(0)
  })
})

test('every decision is checked, whatever it came to, on every stream that it read', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const decide = (handle: 'reject' | 'nothing' | 'throw') =>
    defineCommand({
      name: `Decide-${handle}`,
      input: unchecked<object>(),
      streams: () => ({ a: Account('a'), b: Account.readOnly('b') }),
      discover: () => ({ c: Account.readOnly('c') }),
      handle: async ({ read }) => {
        await read({ d: Account('d'), absent: Account.readOnly('e') })
        if (handle === 'throw') throw new Error('no')
        return handle === 'reject' ? reject('No') : []
      },
    })
  await executor.execute(Deposit({ to: 'a', amount: 5 }))
  for (const handle of ['reject', 'nothing', 'throw'] as const) {
    await Promise.allSettled([executor.execute(decide(handle)({}))])
    const [commit] = store.appends.at(-1) as readonly Commit[]
    expect(commit?.events).toEqual([])
    expect(commit?.checks.map(({ stream, version }) => `${stream}@${version}`)).toEqual([
      'account/a@1',
      'account/b@0',
      'account/c@0',
      'account/d@0',
      'account/e@0',
    ])
  }
})

test('no outcome is told before what it was built on is durable', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await look(executor, 'a')
  const answered = gate()
  store.onAppend = async (_commits, proceed) => {
    await answered.passed
    return await proceed()
  }
  const told: string[] = []
  const deposit = executor.execute(Deposit({ to: 'a', amount: 5 })).then(() => told.push('deposit'))
  const rejected = executor.execute(Withdraw({ from: 'a', amount: 6 })).then((outcome) => {
    told.push(outcome.status)
    return outcome
  })
  await quiet()
  expect(told).toEqual([])
  answered.open()
  await deposit
  // It saw the deposit, which was pending then.
  expect(await rejected).toMatchObject({ detail: { balance: 5 }, streams: [{ version: 1 }] })
})

test('an outcome tells which streams were read, at which version, how they were found, and with what right', async () => {
  const executor = new CommandExecutor(new HookedStore())
  await executor.execute(Deposit({ to: 'b', amount: 5 }))
  const Look = defineCommand({
    name: 'Look',
    input: unchecked<object>(),
    streams: () => ({ a: Account('a'), b: Account.readOnly('b') }),
    discover: () => ({ c: Account.readOnly('c'), again: Account.readOnly('a') }),
    handle: function* ({ read, a }) {
      const d = yield* read(Account('d'))
      yield* read({ e: Account.readOnly('e'), b: Account('b') })
      return [d.emit('Deposited', { amount: 1 }), a.emit('Deposited', { amount: 2 })]
    },
  })
  expect(await executor.execute(Look({}))).toMatchObject({
    attempts: 1,
    events: [
      { stream: 'account/d', version: 1 },
      { stream: 'account/a', version: 1 },
    ],
    streams: [
      { stream: 'account/a', version: 0, found: 'declared', access: 'read-write' },
      { stream: 'account/b', version: 1, found: 'declared', access: 'read-write' },
      { stream: 'account/c', version: 0, found: 'discovered', access: 'read-only' },
      { stream: 'account/d', version: 0, found: 'read', access: 'read-write' },
      { stream: 'account/e', version: 0, found: 'read', access: 'read-only' },
    ],
  })
})

test('reading a stream twice gives the same state and one check, whatever happens between', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(Deposit({ to: 'a', amount: 5 }))
  const moved = gate()
  const reached = gate()
  const seen: number[][] = []
  const Twice = defineCommand({
    name: 'Twice',
    input: unchecked<object>(),
    streams: () => ({ a: Account('a') }),
    handle: async ({ a, read }) => {
      reached.open()
      await moved.passed
      const again = await read(Account('a'))
      const other = await read(Account.readOnly('a'))
      seen.push([a, again, other].map(({ state }) => state.balance))
      return again.emit('Deposited', { amount: 1 })
    },
  })
  const outcome = executor.execute(Twice({}))
  await reached.passed
  await executor.execute(Deposit({ to: 'a', amount: 10 }))
  moved.open()
  expect(await outcome).toMatchObject({ attempts: 2, streams: [{ stream: 'account/a', version: 2 }] })
  expect(seen).toEqual([
    [5, 5, 5],
    [15, 15, 15],
  ])
})

test('a state that another fold of a stream read before cannot give any more is not made up', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const Count = Account.view({
    initial: () => 0,
    apply: { Deposited: (count) => count + 1, Withdrawn: (count) => count + 1 },
  })
  await executor.execute(Deposit({ to: 'a', amount: 5 }))
  const moved = gate()
  const reached = gate()
  const seen: number[][] = []
  const Both = defineCommand({
    name: 'Both',
    input: unchecked<object>(),
    streams: () => ({ a: Account('a') }),
    handle: async ({ a, read }) => {
      reached.open()
      await moved.passed
      // Whatever becomes of a run that is over, it must not be taken for a decision.
      const count = await read(Count.readOnly('a')).then(
        ({ state }) => state,
        () => -1,
      )
      seen.push([a.state.count, count])
      return a.emit('Deposited', { amount: count })
    },
  })
  const outcome = executor.execute(Both({}))
  await reached.passed
  await executor.execute(Deposit({ to: 'a', amount: 10 }))
  moved.open()
  expect(await outcome).toMatchObject({ attempts: 2, events: [{ data: { amount: 2 } }] })
  expect(seen).toEqual([
    [1, -1],
    [2, 2],
  ])
})

test('a pending event that is dropped is not what a handler read twice', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(Deposit({ to: 'a', amount: 5 }))
  const Count = Account.view({ initial: () => 0, apply: { Deposited: (n) => n + 1, Withdrawn: (n) => n + 1 } })
  const reached = gate()
  const pending = gate()
  const answered = gate()
  let runs = 0
  const Both = defineCommand({
    name: 'Both',
    input: unchecked<object>(),
    streams: () => ({ a: Account('a'), b: Account('b') }),
    handle: async ({ a, b, read }) => {
      if (runs++ === 0) {
        reached.open()
        await pending.passed
      }
      const count = await read(Count.readOnly('a'))
      return b.emit('Deposited', { amount: a.state.count * 10 + count.state })
    },
  })
  // The view is cached, so that it bears the pending event at once.
  await executor.execute(
    defineCommand({
      name: 'Warm',
      input: unchecked<object>(),
      streams: () => ({ a: Count.readOnly('a') }),
      handle: () => [],
    })({}),
  )
  const both = executor.execute(Both({}))
  await reached.passed
  store.onAppend = async (_commits, _proceed, call): Promise<readonly CommitResult[]> => {
    store.onAppend = (_again, proceed) => proceed()
    await answered.passed
    throw Object.assign(new Error(`call ${call}`), {})
  }
  const doubtful = executor.execute(Deposit({ to: 'a', amount: 10 }))
  await quiet()
  pending.open()
  await quiet()
  answered.open()
  await Promise.all([doubtful, both])
  const outcome = await both
  const version = outcome.streams.find(({ stream }) => stream === 'account/a')?.version
  expect(outcome).toMatchObject({ events: [{ data: { amount: Number(version) * 11 } }] })
})

test('a decision that this process knows to be out of date is not sent', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(Deposit({ to: 'a', amount: 5 }))
  const reached = gate()
  const moved = gate()
  const Slow = defineCommand({
    name: 'Slow',
    input: unchecked<object>(),
    streams: () => ({ a: Account('a') }),
    handle: async ({ a }) => {
      reached.open()
      await moved.passed
      return a.emit('Deposited', { amount: a.state.balance })
    },
  })
  const slow = executor.execute(Slow({}), { commandId: 'slow' })
  await reached.passed
  await executor.execute(Deposit({ to: 'a', amount: 10 }))
  moved.open()
  expect(await slow).toMatchObject({ attempts: 2, events: [{ data: { amount: 15 } }] })
  expect(store.appends.flat().filter(({ commandId }) => commandId === 'slow').length).toBe(1)
})

describe('a store that was restored from a backup under a running executor', () => {
  /** Takes the last commits, of one event each, out of the log, as if they had never been. */
  function restore(log: LogStore, events: number): void {
    while (log.length > events) log.log.takeBackLast()
  }

  test.each(['to nothing', 'to less', 'to as much, of something else'])(
    '%s is noticed when it is written to',
    async (how) => {
      const store = new HookedStore()
      const executor = new CommandExecutor(store)
      for (const amount of [1, 2, 3]) await executor.execute(Deposit({ to: 'a', amount }))
      restore(store.shared, how === 'to nothing' ? 0 : 1)
      if (how === 'to as much, of something else')
        for (const amount of [20, 30]) await new CommandExecutor(store.shared).execute(Deposit({ to: 'a', amount }))
      const { balance } = await look(executor, 'a')
      expect(balance).toBe({ 'to nothing': 0, 'to less': 1 }[how] ?? 51)
      const outcome = await executor.execute(CopyBalance({ from: 'a', to: 'b' }))
      expect(outcome).toMatchObject({ events: [{ data: { amount: balance } }] })
    },
  )
})
