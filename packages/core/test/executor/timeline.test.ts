import { asPosition, CommandExecutor, defineCommand, reject, type StreamSlice, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit, look, Withdraw } from './fixture/account.ts'
import { HookedStore } from './fixture/hooked-store.ts'

type Story = readonly string[]

const tell =
  (what: string) =>
  (story: Story, { amount }: { amount: number }, event: { stream: string }): Story => [
    ...story,
    `${event.stream.slice('account/'.length)}${what}${amount}`,
  ]

const tellAll = { Deposited: tell('+'), Withdrawn: tell('-') }

/** Tells what happened on two accounts, in order. */
const History = defineCommand({
  name: 'History',
  input: unchecked<{ first: string; second: string }>(),
  streams: ({ first, second }) => ({
    first: Account(first),
    second: Account.readOnly(second),
    other: Account('other'),
  }),
  timeline: { initial: (): Story => [], apply: { first: tellAll, second: { Deposited: tell('+') } } },
  handle: ({ timeline }) => reject('Told', timeline),
})

async function history(executor: CommandExecutor, first = 'a', second = 'b'): Promise<unknown> {
  const outcome = await executor.execute(History({ first, second }))
  return outcome.status === 'rejected' ? outcome.detail : outcome
}

test('the events of several streams come in the order in which they were committed', async () => {
  const executor = new CommandExecutor(new HookedStore())
  await executor.execute(Deposit({ to: 'a', amount: 1 }))
  await executor.execute(Deposit({ to: 'b', amount: 2 }))
  await executor.execute(Deposit({ to: 'other', amount: 9 }))
  await executor.execute(Deposit({ to: 'b', amount: 3 }))
  await executor.execute(Withdraw({ from: 'b', amount: 4 }))
  await executor.execute(Withdraw({ from: 'a', amount: 1 }))
  await executor.execute(Deposit({ to: 'b', amount: 5 }))
  // Steps that are not named are left out.
  expect(await history(executor)).toEqual(['a+1', 'b+2', 'b+3', 'a-1', 'b+5'])
  expect(await history(executor, 'b', 'a')).toEqual(['a+1', 'b+2', 'b+3', 'b-4', 'b+5'])
})

test('a stream under two names is folded for each', async () => {
  const executor = new CommandExecutor(new HookedStore())
  await executor.execute(Deposit({ to: 'a', amount: 1 }))
  expect(await history(executor, 'a', 'a')).toEqual(['a+1', 'a+1'])
})

test('an event that was missed and sorts before those that were seen is folded in its place', async () => {
  const store = new HookedStore()
  // Positions are drawn before they become visible: account b's come from a writer that was early and slow.
  const early = (slice: StreamSlice): StreamSlice =>
    slice.stream !== 'account/b'
      ? slice
      : { ...slice, events: slice.events.map((event) => ({ ...event, position: asPosition(`0.${event.version}`) })) }
  store.onRead = async (_reads, proceed) => (await proceed()).map(early)
  const executor = new CommandExecutor(store)
  await executor.execute(Deposit({ to: 'a', amount: 1 }))
  await executor.execute(Deposit({ to: 'a', amount: 2 }))
  expect(await history(executor)).toEqual(['a+1', 'a+2'])
  store.onAppend = async (_commits, proceed, call) => {
    if (call === 4) await new CommandExecutor(store.shared).execute(Deposit({ to: 'b', amount: 3 }))
    return await proceed()
  }
  const outcome = await executor.execute(History({ first: 'a', second: 'b' }))
  expect(outcome).toMatchObject({ detail: ['b+3', 'a+1', 'a+2'], attempts: 2 })
})

test('long histories are merged page by page, up to where the first read found the heads', async () => {
  const store = new HookedStore()
  const writer = new CommandExecutor(store.shared)
  for (let amount = 0; amount < 1_300; amount++)
    await writer.execute(Deposit({ to: amount % 3 === 0 ? 'b' : 'a', amount }))
  let grown = 0
  store.onRead = async (_reads, proceed) => {
    const slices = await proceed()
    if (grown < 5) await writer.execute(Deposit({ to: 'a', amount: 10_000 + grown++ }))
    return slices
  }
  const executor = new CommandExecutor(store)
  const told = (await history(executor)) as string[]
  const order = store.shared.log.slice().map(({ stream, data }) => `${stream.slice(8)}+${JSON.parse(data).amount}`)
  expect(told).toEqual(order)
  for (const [read] of store.reads.slice(-3)) expect(read?.upTo).toBeDefined()
})

test('a command is decided on the timeline of exactly the versions at which it is checked', async () => {
  const store = new HookedStore()
  const executors = [new CommandExecutor(store), new CommandExecutor(store)]
  const Next = defineCommand({
    name: 'Next',
    input: unchecked<{ to: string }>(),
    streams: ({ to }) => ({ to: Account(to), a: Account.readOnly('a'), b: Account.readOnly('b') }),
    timeline: {
      initial: () => 0,
      apply: { a: { Deposited: (count: number) => count + 1 }, b: { Deposited: (count: number) => count + 1 } },
    },
    handle: ({ to, timeline }) => to.emit('Deposited', { amount: timeline }),
  })
  await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      executors[index % 2]?.execute(Next({ to: index % 3 === 0 ? 'b' : 'a' }), { maxAttempts: 100 }),
    ),
  )
  // Each saw all that were committed before it, and none after.
  expect(store.shared.log.slice().map(({ data }) => JSON.parse(data).amount)).toEqual(
    Array.from({ length: 60 }, (_, index) => index),
  )
  expect(await look(executors[0] as CommandExecutor, 'a')).toMatchObject({ count: 40 })
})

test('asynchronous and generator handlers see it too, and its state is frozen', async () => {
  const executor = new CommandExecutor(new HookedStore())
  await executor.execute(Deposit({ to: 'a', amount: 1 }))
  const base = {
    input: unchecked<object>(),
    streams: () => ({ a: Account('a') }),
    timeline: {
      initial: () => ({ seen: 0 }),
      apply: { a: { Deposited: ({ seen }: { seen: number }) => ({ seen: seen + 1 }) } },
    },
  }
  const Later = defineCommand({
    ...base,
    name: 'Later',
    handle: async ({ timeline }) => reject('Seen', Object.isFrozen(timeline) && timeline.seen),
  })
  const Stepwise = defineCommand({
    ...base,
    name: 'Stepwise',
    handle: function* ({ timeline, read }) {
      yield* read(Account('b'))
      return reject('Seen', Object.isFrozen(timeline) && timeline.seen)
    },
  })
  expect(await executor.execute(Later({}))).toMatchObject({ detail: 1 })
  expect(await executor.execute(Stepwise({}))).toMatchObject({ detail: 1 })
})
