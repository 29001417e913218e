import { CommandExecutor, defineCommand, type RetryInfo, unchecked } from 'eventcore'
import { expect, test, vi } from 'vitest'
import { backoffDelay } from '../../src/executor/backoff.ts'
import { Account, Deposit, look, Withdraw } from './fixture/account.ts'
import { failure, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

/** A store in which another process writes to these streams just before each of the first calls. */
function contended(losses: number, ...accounts: string[]): HookedStore {
  const store = new HookedStore()
  const other = new CommandExecutor(store.shared)
  store.onAppend = async (_commits, proceed, call) => {
    if (call <= losses) for (const to of accounts) await other.execute(Deposit({ to, amount: 1 }))
    return await proceed()
  }
  return store
}

const Sum = defineCommand({
  name: 'Sum',
  input: unchecked<{ to: string; from: readonly string[] }>(),
  streams: ({ to }) => ({ to: Account(to) }),
  handle: function* ({ input, to, read }) {
    let sum = 0
    for (const from of input.from) sum += (yield* read(Account.readOnly(from))).state.balance
    return to.emit('Deposited', { amount: sum })
  },
})

test('the hook is told of each retry: what failed, streams found at run time included, and when it goes on', async () => {
  const store = contended(12, 'b', 'c')
  const retries: RetryInfo[] = []
  const executor = new CommandExecutor(store, { onRetry: (retry) => retries.push(retry), random: () => 0.5 })
  const outcome = executor.execute(Sum({ to: 'a', from: ['b', 'c', 'd'] }), { commandId: 'one' })
  await pass(100)
  expect(await outcome).toMatchObject({ attempts: 13, events: [{ data: { amount: 24 } }] })
  expect(retries).toMatchObject(
    Array.from({ length: 12 }, (_, loss) => ({
      commandName: 'Sum',
      commandId: 'one',
      attempt: loss + 1,
      reason: 'conflict',
      conflicts: [
        { stream: 'account/b', expectedVersion: loss, actualVersion: loss + 1 },
        { stream: 'account/c', expectedVersion: loss, actualVersion: loss + 1 },
      ],
    })),
  )
  // At once after the first ten losses, since what was missed came with them; then with backoff.
  expect(retries.map(({ delayMs }) => delayMs)).toEqual([...Array<number>(10).fill(0), 2.5, 5])
})

test('a hook that throws is a warning, and the command goes on', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  try {
    for (const thrown of [new Error('bad hook'), 'bad hook', Object.create(null)]) {
      const executor = new CommandExecutor(contended(1, 'a'), {
        onRetry: () => {
          throw thrown
        },
      })
      expect(await executor.execute(Deposit({ to: 'a', amount: 1 }))).toMatchObject({ attempts: 2 })
    }
    expect(warn).toHaveBeenCalledTimes(3)
  } finally {
    warn.mockRestore()
  }
})

test('a command that keeps losing ends with a conflict that names every failing check', async () => {
  const store = contended(100, 'a', 'b')
  const executor = new CommandExecutor(store)
  const error = failure(executor.execute(Sum({ to: 'a', from: ['b', 'c'] }), { maxAttempts: 4 }))
  await pass(1_000)
  expect(await error).toMatchObject({
    code: 'CONCURRENCY_CONFLICT',
    retryable: true,
    attempts: 4,
    conflicts: [
      { stream: 'account/a', expectedVersion: 3, actualVersion: 4 },
      { stream: 'account/b', expectedVersion: 3, actualVersion: 4 },
    ],
  })
  expect((await error).message).toContain('account/a (read at version 3, now at 4)')
  expect(store.appends.length).toBe(4)
  expect(store.storyOf('account/a')).not.toContain('Deposited 0')
})

test('one whose time is up while it loses says that it lost', async () => {
  const executor = new CommandExecutor(contended(1_000, 'a'), { random: () => 0.999 })
  const error = failure(executor.execute(Deposit({ to: 'a', amount: 1 }), { timeoutMs: 100, maxAttempts: 1_000 }))
  await pass(200)
  expect(await error).toMatchObject({ code: 'CONCURRENCY_CONFLICT', conflicts: [{ stream: 'account/a' }] })
  expect((await error).message).toContain('100 ms')
})

test('conflicts are decided a hundred times by default, and as often as the executor or the call says', async () => {
  for (const [options, call, attempts] of [
    [{}, {}, 100],
    [{ maxAttempts: 3 }, {}, 3],
    [{ maxAttempts: 3 }, { maxAttempts: 5 }, 5],
    [{}, { maxAttempts: 1 }, 1],
  ] as const) {
    const store = contended(1_000, 'a')
    const error = failure(new CommandExecutor(store, options).execute(Deposit({ to: 'a', amount: 1 }), call))
    await pass(9_500)
    expect(await error).toMatchObject({ code: 'CONCURRENCY_CONFLICT', attempts })
    expect(store.appends.length).toBe(attempts)
  }
})

test('the backoff doubles up to its cap, with full jitter', () => {
  const bounds = Array.from({ length: 10 }, (_, index) => backoffDelay(index + 1, 5, 100, () => 1))
  expect(bounds).toEqual([5, 10, 20, 40, 80, 100, 100, 100, 100, 100])
  expect(backoffDelay(3, 5, 100, () => 0)).toBe(0)
  expect(backoffDelay(10_000, 5, 100, () => 1)).toBe(100)
})

test('a hook may abort the command it is told of', async () => {
  const abort = new AbortController()
  const store = contended(100, 'a')
  const executor = new CommandExecutor(store, { onRetry: () => abort.abort('enough') })
  const error = await failure(executor.execute(Deposit({ to: 'a', amount: 1 }), { signal: abort.signal }))
  expect(error).toMatchObject({ code: 'COMMAND_ABORTED', cause: 'enough' })
  await quiet()
  expect(store.appends.length).toBe(1)
  expect((await look(executor, 'z')).version).toBe(0)
})

test('executeOrThrow turns a rejection into an error, and nothing else', async () => {
  const executor = new CommandExecutor(new HookedStore())
  const error = await failure(executor.executeOrThrow(Withdraw({ from: 'a', amount: 1 })))
  expect(error).toMatchObject({ code: 'COMMAND_REJECTED', rejection: 'Insufficient', detail: { balance: 0 } })
  expect(await executor.executeOrThrow(Deposit({ to: 'a', amount: 1 }))).toMatchObject({ status: 'committed' })
})
