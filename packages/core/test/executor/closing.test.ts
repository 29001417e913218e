import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CommandExecutor, defineCommand, StoreClosed, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit, Withdraw } from './fixture/account.ts'
import { failure, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

test('closing waits for the commands under way, whatever they are waiting for, and takes no more', async () => {
  const store = new HookedStore()
  const other = new CommandExecutor(store.shared)
  const answered = gate()
  const decided = gate()
  store.onAppend = async (_commits, proceed, call) => {
    if (call === 1) await other.execute(Deposit({ to: 'a', amount: 1 }))
    await answered.passed
    return await proceed()
  }
  const Slow = defineCommand({
    name: 'Slow',
    input: unchecked<object>(),
    streams: () => ({ account: Account('c') }),
    handle: async ({ account }) => {
      await decided.passed
      return account.emit('Deposited', { amount: 1 })
    },
  })
  const executor = new CommandExecutor(store)
  const outcomes = Promise.all([
    executor.execute(Deposit({ to: 'a', amount: 2 })),
    executor.execute(Slow({})),
    executor.execute(Withdraw({ from: 'b', amount: 1 })),
  ])
  await quiet()
  let closed = false
  const closing = executor.close().then(() => {
    closed = true
  })
  expect(await failure(executor.execute(Deposit({ to: 'a', amount: 3 })))).toMatchObject({ code: 'EXECUTOR_CLOSED' })
  await quiet()
  expect(closed).toBe(false)
  answered.open()
  await quiet()
  expect(closed).toBe(false)
  decided.open()
  expect(await outcomes).toMatchObject([
    { status: 'committed', attempts: 2 },
    { status: 'committed' },
    { status: 'rejected' },
  ])
  await closing
  expect(executor.activeCount).toBe(0)
  // The store is not the executor's.
  expect(await other.execute(Deposit({ to: 'a', amount: 4 }))).toMatchObject({ status: 'committed' })
  await executor.close()
})

test('closing waits for inputs that are being validated', async () => {
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
    } as ReturnType<typeof unchecked<object>>,
    streams: () => ({ account: Account('a') }),
    handle: ({ account }) => account.emit('Deposited', { amount: 1 }),
  })
  const executor = new CommandExecutor(new HookedStore())
  const order: string[] = []
  const command = executor.execute(Validated({})).then(({ status }) => order.push(status))
  const closing = executor.close().then(() => order.push('closed'))
  await quiet()
  validated.open()
  await Promise.all([command, closing])
  expect(order).toEqual(['committed', 'closed'])
})

test('closing waits for a call that joined another and goes on without it', async () => {
  const store = new HookedStore()
  const answered = gate()
  store.onAppend = async (_commits, proceed) => {
    await answered.passed
    return await proceed()
  }
  const executor = new CommandExecutor(store)
  const busy = executor.execute(Deposit({ to: 'z', amount: 1 }))
  await quiet()
  const abort = new AbortController()
  const first = failure(executor.execute(Deposit({ to: 'a', amount: 1 }), { commandId: 'one', signal: abort.signal }))
  const order: string[] = []
  const second = executor
    .execute(Deposit({ to: 'a', amount: 1 }), { commandId: 'one' })
    .then(({ status }) => order.push(status))
  const closing = executor.close().then(() => order.push('closed'))
  abort.abort()
  await first
  answered.open()
  await Promise.all([busy, second, closing])
  expect(order).toEqual(['committed', 'closed'])
})

test('an executor without commands closes at once', async () => {
  const executor = new CommandExecutor(new HookedStore())
  await executor.close()
  expect(await failure(executor.execute(Deposit({ to: 'a', amount: 1 })))).toMatchObject({ code: 'EXECUTOR_CLOSED' })
})

test('a store that was closed under the executor gives its own error', async () => {
  const store = new HookedStore()
  store.onRead = () => Promise.reject(new StoreClosed('read'))
  store.onAppend = () => Promise.reject(new StoreClosed('append'))
  const executor = new CommandExecutor(store)
  const errors = await Promise.all(['a', 'b', 'c'].map((to) => failure(executor.execute(Deposit({ to, amount: 1 })))))
  for (const error of errors) expect(error).toMatchObject({ code: 'STORE_CLOSED' })
})

test('an executor at rest keeps no process alive, and one with a command under way does', async () => {
  const program = fileURLToPath(new URL('memory/process-end.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=eventcore-source', program])
  expect(stdout.trim().split('\n')).toEqual(['committed', 'COMMAND_TIMEOUT', 'nothing left'])
})
