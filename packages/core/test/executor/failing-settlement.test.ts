import { CommandExecutor, type CommitResult, StoreUnavailable } from 'eventcore'
import { expect, test, vi } from 'vitest'
import { Deposit, look } from './fixture/account.ts'
import { failure } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

/** What the process was warned of meanwhile. */
async function warningsOf(run: () => Promise<void>): Promise<readonly unknown[]> {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  try {
    await run()
    return warn.mock.calls.map(([warning]) => warning)
  } finally {
    warn.mockRestore()
  }
}

/** A store that is out of reach for its first call. */
function downAtFirst(): HookedStore {
  const store = new HookedStore()
  store.onAppend = (_commits, proceed, call) =>
    call === 1 ? Promise.reject(new StoreUnavailable('down', 'append')) : proceed()
  return store
}

test('a source of randomness that throws is a warning, and the commands of the batch go on', async () => {
  const noEntropy = new Error('no entropy')
  const executor = new CommandExecutor(downAtFirst(), {
    random: () => {
      throw noEntropy
    },
  })
  const warnings = await warningsOf(async () => {
    const outcomes = ['a', 'b', 'c'].map((to) => executor.execute(Deposit({ to, amount: 1 })))
    await pass(200)
    expect(await Promise.all(outcomes)).toMatchObject(Array(3).fill({ status: 'committed', attempts: 2 }))
  })
  expect(warnings).toEqual([noEntropy, noEntropy, noEntropy])
  await executor.close()
})

test('an asynchronous hook that rejects is a warning, whatever it rejects with', async () => {
  const logsDown = new Error('log server down')
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  for (const [thrown, warning] of [
    [logsDown, logsDown],
    [proxy, 'something that cannot be shown'],
  ]) {
    const executor = new CommandExecutor(downAtFirst(), { onRetry: () => Promise.reject(thrown) })
    const warnings = await warningsOf(async () => {
      const outcome = executor.execute(Deposit({ to: 'a', amount: 1 }))
      await pass(200)
      expect(await outcome).toMatchObject({ status: 'committed', attempts: 2 })
    })
    expect(warnings).toEqual([warning])
  }
})

test('a result that cannot be read leaves one outcome unknown, and the others of the batch have theirs', async () => {
  const store = new HookedStore()
  const broken = { status: 'duplicate', commit: undefined } as unknown as CommitResult
  store.onAppend = async (commits, proceed) => {
    const results = await proceed()
    return results.map((result, index) => (commits[index]?.commandId === 'unread' ? broken : result))
  }
  const executor = new CommandExecutor(store)
  const first = executor.execute(Deposit({ to: 'a', amount: 1 }))
  const unread = failure(executor.execute(Deposit({ to: 'b', amount: 1 }), { commandId: 'unread' }))
  const last = executor.execute(Deposit({ to: 'c', amount: 1 }))
  expect(await first).toMatchObject({ status: 'committed' })
  expect(await unread).toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN', commandIds: ['unread'] })
  expect(await last).toMatchObject({ status: 'committed' })
  expect(store.appends.map((commits) => commits.length)).toEqual([3])
  // The stream of the one that could not be read is as the store has it.
  expect(await look(executor, 'b')).toMatchObject({ version: 1 })
  await executor.close()
})

test('conflicts that cannot be read are an answer that is none: the command ids are looked up', async () => {
  const store = new HookedStore()
  const broken = { status: 'conflict', conflicts: undefined } as unknown as CommitResult
  store.onAppend = async (_commits, proceed, call) => {
    const results = await proceed()
    return call === 1 ? results.map(() => broken) : results
  }
  const executor = new CommandExecutor(store)
  const outcomes = ['a', 'b'].map((to) => executor.execute(Deposit({ to, amount: 1 }), { commandId: to }))
  await pass(200)
  expect(await Promise.all(outcomes)).toMatchObject(Array(2).fill({ status: 'committed', alreadyCommitted: false }))
  expect(store.lookUps).toEqual([['a', 'b']])
  expect(store.storyOf('account/a')).toBe('Deposited 1')
  await executor.close()
})
