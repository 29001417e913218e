import { CommandExecutor, defineCommand, unchecked } from 'eventcore'
import { expect, test, vi } from 'vitest'
import { Account, Deposit, look, Touch, Withdraw } from './fixture/account.ts'
import { failure, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

const deposit = Deposit({ to: 'a', amount: 5 })

/** Ends a command by its signal or by its deadline. */
type End = 'abort' | 'timeout'
const ends: End[] = ['abort', 'timeout']
const codeOf = { abort: 'COMMAND_ABORTED', timeout: 'COMMAND_TIMEOUT' } as const

function ending(how: End) {
  const abort = new AbortController()
  return {
    options: how === 'abort' ? { signal: abort.signal } : { timeoutMs: 50 },
    now: async () => {
      abort.abort(new Error('no patience'))
      await pass(60)
    },
  }
}

/** A store whose calls wait. */
function slow() {
  const store = new HookedStore()
  const appended = gate()
  const read = gate()
  store.onAppend = async (_commits, proceed) => {
    await appended.passed
    return await proceed()
  }
  store.onRead = async (_reads, proceed) => {
    await read.passed
    return await proceed()
  }
  return { store, appended, read }
}

test.each(ends)('once it was sent, a command waits for its outcome: %s', async (how) => {
  for (const command of [deposit, Withdraw({ from: 'a', amount: 1 }), Touch({ account: 'a' })]) {
    const { store, appended, read } = slow()
    read.open()
    const end = ending(how)
    let told = false
    const outcome = new CommandExecutor(store).execute(command, end.options).finally(() => {
      told = true
    })
    await quiet()
    await end.now()
    expect(told).toBe(false)
    appended.open()
    await expect(outcome).resolves.toMatchObject({ streams: [{ stream: 'account/a', version: 0 }] })
  }
})

test.each(ends)('before it was sent, a command ends at once and writes nothing: %s', async (how) => {
  const { store, appended, read } = slow()
  const executor = new CommandExecutor(store)
  const end = ending(how)
  const reading = failure(executor.execute(deposit, end.options))
  const queued = failure(executor.execute(deposit, end.options))
  await quiet()
  await end.now()
  for (const error of await Promise.all([reading, queued])) expect(error).toMatchObject({ code: codeOf[how] })
  if (how === 'abort') expect((await reading).cause).toMatchObject({ message: 'no patience' })
  expect(executor.activeCount).toBe(0)
  read.open()
  appended.open()
  await quiet()
  expect(store.appends).toEqual([])
  expect(await look(executor, 'a')).toMatchObject({ balance: 0 })
})

test.each(ends)(
  'while its handler runs, a command ends at once and what the handler still decides is dropped: %s',
  async (how) => {
    const store = new HookedStore()
    const decided = gate()
    const Slow = defineCommand({
      name: 'Slow',
      input: unchecked<{ to: string }>(),
      streams: ({ to }) => ({ account: Account(to) }),
      handle: async ({ account, read }) => {
        await decided.passed
        await read(Account('b'))
        return account.emit('Deposited', { amount: 1 })
      },
    })
    const executor = new CommandExecutor(store)
    const end = ending(how)
    const error = failure(executor.execute(Slow({ to: 'a' }), end.options))
    await quiet()
    await end.now()
    expect(await error).toMatchObject({ code: codeOf[how] })
    decided.open()
    await quiet()
    expect(store.appends).toEqual([])
    expect(store.reads.flat().map(({ stream }) => stream)).toEqual(['account/a'])
  },
)

test.each(ends)('one that loses after it was cancelled is not tried again: %s', async (how) => {
  const { store, appended, read } = slow()
  read.open()
  const retries: unknown[] = []
  const executor = new CommandExecutor(store, { onRetry: (retry) => retries.push(retry) })
  const end = ending(how)
  const error = failure(executor.execute(deposit, end.options))
  await quiet()
  await new CommandExecutor(store.shared).execute(deposit)
  await end.now()
  appended.open()
  await quiet()
  expect(await error).toMatchObject({ code: how === 'abort' ? 'COMMAND_ABORTED' : 'CONCURRENCY_CONFLICT' })
  expect(store.storyOf('account/a')).toBe('Deposited 5')
  expect(retries).toEqual([])
})

test('a signal that was aborted before the call ends the command before anything is read', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const error = await failure(executor.execute(deposit, { signal: AbortSignal.abort('gone') }))
  expect(error).toMatchObject({ code: 'COMMAND_ABORTED', cause: 'gone' })
  expect(store.reads).toEqual([])
})

test('a signal that is aborted while an asynchronous schema looks at the input counts', async () => {
  const validated = gate()
  const Validated = defineCommand({
    name: 'Validated',
    input: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value: unknown) => {
          await validated.passed
          return { value }
        },
      },
    } as ReturnType<typeof unchecked<{ to: string }>>,
    streams: ({ to }) => ({ account: Account(to) }),
    handle: ({ account }) => account.emit('Deposited', { amount: 1 }),
  })
  const store = new HookedStore()
  const abort = new AbortController()
  const error = failure(new CommandExecutor(store).execute(Validated({ to: 'a' }), { signal: abort.signal }))
  abort.abort()
  validated.open()
  expect(await error).toMatchObject({ code: 'COMMAND_ABORTED' })
  expect(store.appends).toEqual([])
})

test('cancelled commands leave no timer and no listener behind', async () => {
  const { store, read } = slow()
  const executor = new CommandExecutor(store)
  const abort = new AbortController()
  const remove = vi.spyOn(abort.signal, 'removeEventListener')
  const add = vi.spyOn(abort.signal, 'addEventListener')
  const failures = Array.from({ length: 100 }, (_, index) =>
    failure(
      executor.execute(Deposit({ to: `${index % 7}`, amount: 1 }), { signal: abort.signal, timeoutMs: 1 + index }),
    ),
  )
  await pass(50)
  abort.abort()
  await Promise.all(failures)
  read.open()
  await quiet()
  expect(remove.mock.calls.length).toBe(add.mock.calls.length)
  await pass(200)
  expect(vi.getTimerCount()).toBe(0)
})

test('commands end at their deadlines, each at its own', async () => {
  const { store } = slow()
  const executor = new CommandExecutor(store)
  const ended: number[] = []
  const deadlines = [30, 5, 90, 31, 12, 5, 60]
  const failures = deadlines.map(async (timeoutMs) => {
    const start = performance.now()
    await failure(executor.execute(deposit, { timeoutMs }))
    ended.push(timeoutMs)
    const late = performance.now() - start - timeoutMs
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThanOrEqual(3)
  })
  await pass(100)
  await Promise.all(failures)
  expect(ended).toEqual([5, 5, 12, 30, 31, 60, 90])
})
