import { type AnyRejection, type Command, CommandExecutor, defineCommand, reject, unchecked } from 'eventcore'
import { expect, test, vi } from 'vitest'
import { Account, Deposit, look, Transfer } from './fixture/account.ts'
import { gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** A store whose every call takes as long as a handler of {@link SlowDeposit}. */
function slowStore(lanes = 1): HookedStore {
  const store = new HookedStore(undefined, lanes)
  store.onAppend = async (_commits, proceed) => {
    await wait(2)
    const results = await proceed()
    await wait(2)
    return results
  }
  store.onRead = async (_reads, proceed) => {
    await wait(2)
    const slices = await proceed()
    await wait(2)
    return slices
  }
  return store
}

/** Keeps so many commands under way until it is stopped. */
function load(executor: CommandExecutor, width: number, next: () => Command<string, AnyRejection>) {
  let running = true
  let done = 0
  const one = async (): Promise<void> => {
    while (running) {
      await executor.execute(next())
      done++
    }
  }
  const all = Promise.all(Array.from({ length: width }, one))
  return {
    get done() {
      return done
    },
    stop: async () => {
      running = false
      await pass(5_000)
      await all
    },
  }
}

const SlowDeposit = defineCommand({
  name: 'SlowDeposit',
  input: unchecked<{ to: string; amount: number }>(),
  streams: ({ to }) => ({ account: Account(to) }),
  handle: async ({ input, account }) => {
    await wait(4)
    return account.emit('Deposited', { amount: input.amount })
  },
})

const SlowFound = defineCommand({
  name: 'SlowFound',
  input: unchecked<{ from: string; to: readonly string[] }>(),
  streams: ({ from }) => ({ from: Account(from) }),
  handle: async ({ input, read }) => {
    await wait(4)
    const [first, second] = input.to
    const a = await read(Account(`${first}`))
    await wait(4)
    const b = await read(Account(`${second}`))
    return [a.emit('Deposited', { amount: 1 }), b.emit('Deposited', { amount: 1 })]
  },
})

const FoundDeposit = defineCommand({
  name: 'FoundDeposit',
  input: unchecked<{ via: string; to: string }>(),
  streams: ({ via }) => ({ via: Account.readOnly(via) }),
  handle: function* ({ input, read }) {
    const account = yield* read(Account(input.to))
    return account.emit('Deposited', { amount: 1 })
  },
})

const Counted = Account.view({
  initial: () => ({ events: 0 }),
  apply: { Deposited: ({ events }) => ({ events: events + 1 }), Withdrawn: ({ events }) => ({ events: events + 1 }) },
})
const Count = defineCommand({
  name: 'Count',
  input: unchecked<{ account: string }>(),
  streams: ({ account }) => ({ account: Counted.readOnly(account) }),
  handle: ({ account }) => reject('Counted', account.state),
})
const CountLater = defineCommand({
  name: 'CountLater',
  input: unchecked<{ account: string }>(),
  streams: () => ({}),
  handle: async ({ input, read }) => reject('Counted', (await read(Counted.readOnly(input.account))).state),
})

let serial = 0
const loads = {
  'simple commands': () => Deposit({ to: 'hot', amount: 1 }),
  'commands that discover it': () => FoundDeposit({ via: `v${serial++ % 5}`, to: 'hot' }),
  'commands on two streams': () =>
    Transfer({ from: serial++ % 2 ? 'hot' : 'cold', to: serial % 2 ? 'cold' : 'hot', amount: 0 }),
}

test.each(Object.entries(loads))(
  'an asynchronous command on a stream under a constant load of %s wins within three attempts',
  async (_what, next) => {
    const executor = new CommandExecutor(slowStore())
    const others = load(executor, 16, next)
    await pass(50)
    const slow = executor.execute(SlowDeposit({ to: 'hot', amount: 1 }))
    const before = others.done
    await pass(300)
    expect(await slow).toMatchObject({ status: 'committed' })
    expect((await slow).attempts).toBeLessThanOrEqual(3)
    await others.stop()
    expect(others.done).toBeGreaterThan(before + 16)
  },
)

test('one that comes upon its hot streams as it runs wins within four attempts', async () => {
  const executor = new CommandExecutor(slowStore())
  const others = load(executor, 16, () => Deposit({ to: serial++ % 2 ? 'hot' : 'warm', amount: 1 }))
  await pass(50)
  const slow = executor.execute(SlowFound({ from: 'cold', to: ['hot', 'warm'] }))
  await pass(500)
  expect(await slow).toMatchObject({ status: 'committed' })
  expect((await slow).attempts).toBeLessThanOrEqual(4)
  await others.stop()
})

test('several such commands on the same streams all win', async () => {
  const executor = new CommandExecutor(slowStore())
  const others = load(executor, 8, () => Deposit({ to: serial++ % 2 ? 'hot' : 'warm', amount: 1 }))
  await pass(50)
  const slow = [
    executor.execute(SlowFound({ from: 'cold', to: ['hot', 'warm'] })),
    executor.execute(SlowFound({ from: 'cold', to: ['warm', 'hot'] })),
    executor.execute(SlowDeposit({ to: 'hot', amount: 1 })),
    executor.execute(SlowDeposit({ to: 'warm', amount: 1 })),
  ]
  await pass(4_000)
  for (const outcome of await Promise.all(slow)) expect(outcome).toMatchObject({ status: 'committed' })
  await others.stop()
})

test("two that go first and come upon each other's streams do not wait for each other", async () => {
  const executor = new CommandExecutor(slowStore())
  const others = load(executor, 8, () => Deposit({ to: serial++ % 2 ? 'hot' : 'warm', amount: 1 }))
  await pass(50)
  const ended: number[] = []
  const slow = [
    ['hot', 'warm'],
    ['warm', 'hot'],
    ['hot', 'warm'],
  ].map(async (to) => {
    const start = performance.now()
    await executor.execute(SlowFound({ from: `cold-${to[0]}`, to }))
    ended.push(performance.now() - start)
  })
  await pass(1_500)
  await Promise.all(slow)
  // A reservation lasts a second: none of them has waited for one to end.
  for (const milliseconds of ended) expect(milliseconds).toBeLessThan(800)
  await others.stop()
})

test.each([
  ['declared', Count({ account: 'hot' })],
  ['read while awaiting', CountLater({ account: 'hot' })],
])('a fold that nobody has asked for yet, %s, catches up with a stream under constant load', async (_how, command) => {
  const executor = new CommandExecutor(slowStore())
  const others = load(executor, 16, () => Deposit({ to: 'hot', amount: 1 }))
  await pass(50)
  const counting = executor.execute(command)
  let counted: unknown
  void counting.then((outcome) => {
    counted = outcome
  })
  await pass(200)
  expect(counted).toMatchObject({ status: 'rejected', code: 'Counted' })
  await others.stop()
})

test.each([1, 2, 4])(
  'commands over the same streams in opposite orders do not block each other, with %i lanes',
  async (lanes) => {
    const store = slowStore(lanes)
    const executor = new CommandExecutor(store)
    const accounts = ['a', 'b', 'c', 'd']
    const opened = Promise.all(accounts.map((to) => executor.execute(Deposit({ to, amount: 100 }))))
    await pass(100)
    await opened
    const outcomes = Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const from = accounts[index % 4] as string
        const to = accounts[(index * 3 + 1 + (index >> 2)) % 4] as string
        return executor.execute(
          index % 7 === 0 ? SlowFound({ from, to: [to, from] }) : Transfer({ from, to, amount: 1 }),
        )
      }),
    )
    await pass(9_000)
    expect((await outcomes).length).toBe(200)
  },
)

test('a command on two streams is not passed by for ever by those on one of them, with several lanes', async () => {
  const store = slowStore(2)
  const executor = new CommandExecutor(store)
  // Never are both streams free at the same time: one lane begins when the other is half through.
  const hot = load(executor, 8, () => Deposit({ to: 'hot', amount: 1 }))
  await pass(2)
  const warm = load(executor, 8, () => Deposit({ to: 'warm', amount: 1 }))
  await pass(20)
  let done = false
  const transfer = executor.execute(Transfer({ from: 'hot', to: 'warm', amount: 0 })).then(() => {
    done = true
  })
  await pass(40)
  expect(done).toBe(true)
  await transfer
  await Promise.all([hot.stop(), warm.stop()])
})

/** A command for which its stream is kept, in its third run, and that does not come to an end then. */
function stuckUntil(released: Promise<void>) {
  let runs = 0
  const Stuck = defineCommand({
    name: 'Stuck',
    input: unchecked<{ to: string }>(),
    streams: ({ to }) => ({ account: Account(to) }),
    handle: async ({ account }) => {
      if (++runs < 3) await wait(10)
      else await released
      return account.emit('Deposited', { amount: 1 })
    },
  })
  return { Stuck, runs: () => runs }
}

test('a command that goes first holds the others up for a second at most', async () => {
  const store = slowStore()
  const executor = new CommandExecutor(store)
  const released = gate()
  const { Stuck, runs } = stuckUntil(released.passed)
  const others = load(executor, 4, () => Deposit({ to: 'hot', amount: 1 }))
  await pass(50)
  const stuck = executor.execute(Stuck({ to: 'hot' }), { timeoutMs: 60_000 })
  await pass(200)
  expect(runs()).toBe(3)
  const before = others.done
  await pass(500)
  expect(others.done - before).toBeLessThanOrEqual(4)
  await pass(700)
  expect(others.done - before).toBeGreaterThan(20)
  released.open()
  await quiet()
  await others.stop()
  expect(await stuck).toMatchObject({ status: 'committed' })
  expect(vi.getTimerCount()).toBeLessThanOrEqual(1)
  const { count } = await (async () => {
    const seen = look(executor, 'hot')
    await pass(50)
    return await seen
  })()
  expect(count).toBe(others.done + 1)
})

test('however many wait for a command that goes first, those on other streams pass', async () => {
  // A batch of 2 looks at 8 commands that have to wait.
  const executor = new CommandExecutor(slowStore(), { maxBatch: 2 })
  const released = gate()
  const { Stuck, runs } = stuckUntil(released.passed)
  const others = load(executor, 4, () => Deposit({ to: 'hot', amount: 1 }))
  await pass(50)
  const stuck = executor.execute(Stuck({ to: 'hot' }), { timeoutMs: 60_000 })
  await pass(200)
  expect(runs()).toBe(3)
  const abort = new AbortController()
  const crowd = Array.from({ length: 40 }, (_, index) =>
    executor.execute(Deposit({ to: 'hot', amount: 1 }), index < 20 ? { signal: abort.signal } : {}),
  )
  const told = Promise.allSettled(crowd)
  await pass(20)
  let passed = false
  const cold = executor.execute(Deposit({ to: 'cold', amount: 1 })).then(() => {
    passed = true
  })
  await pass(20)
  expect(passed).toBe(true)
  // Those that wait can end meanwhile, and go on as soon as the other has its outcome.
  abort.abort()
  released.open()
  await others.stop()
  expect((await told).map(({ status }) => status)).toEqual([
    ...Array(20).fill('rejected'),
    ...Array(20).fill('fulfilled'),
  ])
  await Promise.all([stuck, cold])
  expect(executor.activeCount).toBe(0)
})
