import { CommandExecutor, defineCommand, type ExecutorOptions, unchecked } from 'eventcore'
import { expect, onTestFinished, test, vi } from 'vitest'
import { CommandQueue } from '../../src/executor/command-queue.ts'
import type { Job } from '../../src/executor/job.ts'
import { StateCache } from '../../src/executor/state-cache.ts'
import { Account, Deposit, look, Touch } from './fixture/account.ts'
import { failure, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

type Ids = { readonly ids: readonly string[] }

/** The same command over so many streams, in each way in which a command can come by them. */
const wide = {
  declared: defineCommand({
    name: 'Declared',
    input: unchecked<Ids>(),
    streams: ({ ids }) => Object.fromEntries(ids.map((id, index) => [`s${index}`, Account(id)])),
    handle: () => [],
  }),
  'declared together': defineCommand({
    name: 'Together',
    input: unchecked<Ids>(),
    streams: ({ ids }) => ({ all: Account.many(ids) }),
    handle: () => [],
  }),
  discovered: defineCommand({
    name: 'Discovered',
    input: unchecked<Ids>(),
    streams: () => ({}),
    discover: ({ input }) => ({ all: Account.many(input.ids) }),
    handle: () => [],
  }),
  'read at once by a generator': defineCommand({
    name: 'Generated',
    input: unchecked<Ids>(),
    streams: () => ({}),
    handle: function* ({ input, read }) {
      yield* read(Account.many(input.ids))
      return []
    },
  }),
  'read one by one by a generator': defineCommand({
    name: 'GeneratedSingly',
    input: unchecked<Ids>(),
    streams: () => ({}),
    handle: function* ({ input, read }) {
      for (const id of input.ids) yield* read(Account.readOnly(id))
      return []
    },
  }),
  'awaited at once': defineCommand({
    name: 'Awaited',
    input: unchecked<Ids>(),
    streams: () => ({}),
    handle: async ({ input, read }) => {
      await read({ all: Account.many(input.ids) })
      return []
    },
  }),
  'awaited one by one': defineCommand({
    name: 'AwaitedSingly',
    input: unchecked<Ids>(),
    streams: () => ({}),
    handle: async ({ input, read }) => {
      for (const id of input.ids) await read(Account(id))
      return []
    },
  }),
}

test.each(Object.entries(wide))('streams that are %s count up to maxStreams, each once', async (_how, command) => {
  const executor = new CommandExecutor(new HookedStore(), { maxStreams: 5 })
  const five = ['a', 'b', 'c', 'd', 'e']
  const outcome = await executor.execute(command({ ids: [...five, 'a', 'b'] }))
  expect(outcome.streams.map(({ stream }) => stream)).toEqual(five.map((id) => `account/${id}`))
  const error = await failure(executor.execute(command({ ids: [...five, 'f'] })))
  expect(error).toMatchObject({ code: 'BOUNDARY_TOO_LARGE', retryable: false })
  expect(error.message).toContain('more than 5 streams')
})

test('a list of streams that is far too long is refused before anything is read', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store, { maxStreams: 5 })
  const ids = Array.from({ length: 100_000 }, (_, index) => `${index}`)
  for (const command of [wide.discovered, wide['awaited at once'], wide['read at once by a generator']])
    expect(await failure(executor.execute(command({ ids })))).toMatchObject({ code: 'BOUNDARY_TOO_LARGE' })
  expect(store.reads).toEqual([])
})

test('streams that only earlier attempts came upon do not count, and are let go', async () => {
  const pin = vi.spyOn(StateCache.prototype, 'pin')
  const unpin = vi.spyOn(StateCache.prototype, 'unpin')
  onTestFinished(() => {
    vi.restoreAllMocks()
  })
  const held: number[] = []
  const store = new HookedStore()
  const executor = new CommandExecutor(store, { maxStreams: 2, retryBaseDelayMs: 0.1 })
  const other = new CommandExecutor(store.shared)
  let runs = 0
  for (const shape of ['generator', 'async']) {
    const first = runs
    const wander = {
      name: `Wander-${shape}`,
      input: unchecked<{ home: string }>(),
      streams: ({ home }: { home: string }) => ({ home: Account(home) }),
    }
    const Wander =
      shape === 'async'
        ? defineCommand({
            ...wander,
            handle: async ({ home, read }) => {
              const found = await read(Account(`${runs++}`))
              return home.emit('Deposited', { amount: found.version })
            },
          })
        : defineCommand({
            ...wander,
            handle: function* ({ home, read }) {
              const found = yield* read(Account(`${runs}`))
              runs++
              return home.emit('Deposited', { amount: found.version })
            },
          })
    store.onAppend = async (_commits, proceed) => {
      held.push(pin.mock.calls.length - unpin.mock.calls.length)
      if (runs - first < 6) await other.execute(Deposit({ to: 'home', amount: 1 }))
      return await proceed()
    }
    const outcome = await executor.execute(Wander({ home: 'home' }))
    expect(outcome).toMatchObject({ status: 'committed', attempts: 6 })
    expect(outcome.streams.length).toBe(2)
  }
  // The stream that it declares and the one that it came upon, and one more where a generator had to begin again.
  expect(Math.max(...held)).toBeLessThanOrEqual(3)
})

test('rounds of reading count up to maxReadRounds', async () => {
  const executor = new CommandExecutor(new HookedStore(), { maxReadRounds: 3 })
  for (const command of [wide['read one by one by a generator'], wide['awaited one by one']]) {
    expect(await executor.execute(command({ ids: ['a', 'b', 'c'] }))).toMatchObject({ status: 'committed' })
    const error = await failure(executor.execute(command({ ids: ['a', 'b', 'c', 'd'] })))
    expect(error).toMatchObject({ code: 'BOUNDARY_TOO_LARGE' })
    expect(error.message).toContain('more than 3 rounds')
  }
})

test('more commands than maxQueue are refused, and there is room again when some are through', async () => {
  const store = new HookedStore()
  const answered = gate()
  store.onAppend = async (_commits, proceed) => {
    await answered.passed
    return await proceed()
  }
  const executor = new CommandExecutor(store, { maxQueue: 3 })
  const first = [1, 2, 3].map((amount) => executor.execute(Deposit({ to: 'a', amount })))
  expect(executor.activeCount).toBe(3)
  const refused = await failure(executor.execute(Deposit({ to: 'a', amount: 4 })))
  expect(refused).toMatchObject({ code: 'EXECUTOR_OVERLOADED', retryable: true })
  answered.open()
  await Promise.all(first)
  expect(await look(executor, 'a')).toMatchObject({ balance: 6 })
})

test('commands that were aborted while they waited leave nothing behind in the queue', () => {
  const queue = new CommandQueue()
  const jobs = Array.from({ length: 10_000 }, (_, ticket) => ({ ticket, phase: 'queued' }) as Job)
  for (const job of jobs) {
    queue.add(job)
    if (job.ticket > 10) job.phase = 'settled'
    queue.discardSettled(12)
  }
  expect(queue.length).toBeLessThan(100)
  const taken: number[] = []
  for (let job = queue.take(); job !== undefined; job = queue.take()) if (job.phase === 'queued') taken.push(job.ticket)
  expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test.each<[keyof ExecutorOptions, unknown]>([
  ['maxAttempts', 0],
  ['maxAttempts', 1.5],
  ['timeoutMs', 0],
  ['timeoutMs', Number.NaN],
  ['retryBaseDelayMs', -1],
  ['retryMaxDelayMs', 0],
  ['maxQueue', 0],
  ['maxBatch', Number.POSITIVE_INFINITY],
  ['cachedStreams', -1],
  ['maxStreams', '5'],
  ['maxReadRounds', null],
])('the option %s cannot be %s', (option, value) => {
  const create = () => new CommandExecutor(new HookedStore(), { [option]: value })
  expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', option }))
})

test.each([
  ['commandId', ''],
  ['commandId', 'with\0nul'],
  ['commandId', 'x'.repeat(256)],
  ['commandId', '\ud800'],
  ['commandId', 7],
  ['correlationId', ''],
  ['causationId', 'x'.repeat(256)],
  ['timeoutMs', -1],
  ['maxAttempts', 0],
])('a call with the option %s cannot have %j', async (option, value) => {
  const executor = new CommandExecutor(new HookedStore())
  const error = await failure(executor.execute(Touch({ account: 'a' }), { [option]: value }))
  expect(error).toMatchObject({ code: 'INVALID_OPTIONS', option })
})

test('an id may have 255 characters, counted as people do', async () => {
  const commandId = '𝒶'.repeat(255)
  const executor = new CommandExecutor(new HookedStore())
  expect(await executor.execute(Touch({ account: 'a' }), { commandId })).toMatchObject({ commandId })
})

test('an executor whose ids or clock fail fails its commands, and goes on', async () => {
  for (const broken of ['newId', 'now'] as const) {
    const store = new HookedStore()
    let works = false
    const option = () => {
      if (!works) throw new RangeError('out of order')
      return broken === 'now' ? 0 : store.newId()
    }
    const executor = new CommandExecutor(store, { [broken]: option })
    const error = await failure(executor.execute(Deposit({ to: 'a', amount: 1 }), { commandId: 'one' }))
    expect(error).toMatchObject({ cause: { message: 'out of order' } })
    await quiet()
    works = true
    expect(await executor.execute(Deposit({ to: 'a', amount: 1 }), { commandId: 'one' })).toMatchObject({
      events: [{ version: 1 }],
    })
  }
})
