import { CommandExecutor, defineCommand, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit } from './fixture/account.ts'
import { failure, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

const base = { name: 'Reading', input: unchecked<object>(), streams: () => ({ account: Account('own') }) }

/** Two ways to come upon streams that are at hand only when the handler is run anew. */
const ways = ['generator', 'discover'] as const

/** A command that reads the accounts named anew for each run of its code, and how often that was. */
function reading(way: (typeof ways)[number], idsOf: (run: number, now: Date | undefined) => readonly string[]) {
  let runs = 0
  const generator = defineCommand({
    ...base,
    handle: function* ({ account, now, read }) {
      yield* read(Account.many(idsOf(++runs, now)))
      return account.emit('Deposited', { amount: 1 })
    },
  })
  const discovering = defineCommand({
    ...base,
    discover: () => ({ found: Account.many(idsOf(++runs, undefined)) }),
    handle: ({ account }) => account.emit('Deposited', { amount: 1 }),
  })
  return { command: way === 'generator' ? generator({}) : discovering({}), runs: () => runs }
}

test.each(ways)('a %s that names other streams each time it runs comes to an end', async (way) => {
  const { command, runs } = reading(way, (run) => [`fresh${run}`])
  const store = new HookedStore()
  const executor = new CommandExecutor(store, { maxReadRounds: 3 })
  expect(await failure(executor.execute(command))).toMatchObject({
    code: 'BOUNDARY_TOO_LARGE',
    message: expect.stringContaining('reads other streams each time it runs'),
  })
  // Its rounds, and as many again while others of the process wait.
  expect(runs()).toBe(7)
  expect(store.storyOf('account/own')).toBe('')
  // As with every other error, the store said that what it read still holds.
  expect(store.appends.map(([commit]) => commit?.checks.map(({ stream }) => stream))).toEqual([['account/own']])
})

test.each(ways)('a %s that reads 200 streams is run twice, and they are one read', async (way) => {
  const ids = Array.from({ length: 200 }, (_, index) => `many${index}`)
  const { command, runs } = reading(way, () => ids)
  const store = new HookedStore()
  expect(await new CommandExecutor(store).execute(command)).toMatchObject({ status: 'committed', attempts: 1 })
  expect(runs()).toBe(2)
  expect(store.reads.map((reads) => reads.length)).toEqual([1, 200])
})

test('the time of a command stays the same while what it reads is loaded', async () => {
  let time = 0
  const named: string[] = []
  const { command } = reading('generator', (_run, now) => {
    named.push(`day${now?.getTime()}`)
    return named.slice(-1)
  })
  const executor = new CommandExecutor(new HookedStore(), { now: () => ++time })
  expect(await executor.execute(command)).toMatchObject({ status: 'committed', attempts: 1 })
  expect(named).toEqual(['day1', 'day1'])
  expect(await executor.execute(command)).toMatchObject({ status: 'committed' })
  expect(named[2]).not.toBe('day1')
})

test('a command does not wait for streams that only an earlier run of it named', async () => {
  const { command } = reading('generator', (run) => (run === 1 ? ['first'] : ['second']))
  const store = new HookedStore(undefined, 2)
  const executor = new CommandExecutor(store)
  const written = gate()
  let first: Promise<unknown> | undefined
  store.onRead = async (reads, proceed) => {
    if (reads.some(({ stream }) => stream === 'account/second')) {
      first = executor.execute(Deposit({ to: 'first', amount: 1 }))
      await quiet()
    }
    return await proceed()
  }
  store.onAppend = async (commits, proceed) => {
    if (commits[0]?.commandName === 'Deposit') await written.passed
    return await proceed()
  }
  expect(await executor.execute(command)).toMatchObject({ status: 'committed' })
  written.open()
  expect(await first).toMatchObject({ status: 'committed' })
})

test('a command whose pointer is moved by others of its process each time it follows it goes first in the end', async () => {
  const Follow = defineCommand({
    name: 'Follow',
    input: unchecked<object>(),
    streams: () => ({ pointer: Account('pointer') }),
    handle: function* ({ pointer, read }) {
      const target = yield* read(Account(`target${pointer.version}`))
      return target.emit('Deposited', { amount: pointer.version })
    },
  })
  const store = new HookedStore()
  const executor = new CommandExecutor(store, { maxReadRounds: 2 })
  const moves: Promise<unknown>[] = []
  store.onRead = async (reads, proceed) => {
    if (reads.some(({ stream }) => stream.startsWith('account/target'))) {
      moves.push(executor.execute(Deposit({ to: 'pointer', amount: 1 })))
      await quiet()
    }
    return await proceed()
  }
  const outcome = await executor.execute(Follow({}))
  expect(outcome).toMatchObject({ status: 'committed', attempts: 1, events: [{ data: { amount: 1 } }] })
  expect(await Promise.all(moves)).toMatchObject([{ status: 'committed' }, { status: 'committed' }])
})
