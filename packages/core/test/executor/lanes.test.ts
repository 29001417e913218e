import { CommandExecutor } from 'eventcore'
import { expect, test } from 'vitest'
import { Deposit } from './fixture/account.ts'
import { type Gate, gate, quiet } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

test('after a conflict one batch goes at a time, and several again once one had none', async () => {
  const store = new HookedStore(undefined, 2)
  const executor = new CommandExecutor(store, { maxBatch: 1 })
  const deposit = (to: string) => executor.execute(Deposit({ to, amount: 1 }))
  await deposit('hot')
  for (const to of ['b', 'c', 'd', 'e', 'f']) await deposit(to)
  // Another process changes what the next command is decided on.
  await new CommandExecutor(store.shared).execute(Deposit({ to: 'hot', amount: 1 }))

  const sent: Gate[] = []
  store.onAppend = async (_commits, proceed) => {
    const answer = gate()
    sent.push(answer)
    await answer.passed
    return await proceed()
  }
  const outcomes = Promise.all(['hot', 'b', 'c', 'd', 'e', 'f'].map(deposit))
  /** Lets the store answer the n-th call, and tells how many it was sent so far. */
  const answer = async (call: number): Promise<number> => {
    sent[call - 1]?.open()
    await quiet()
    return sent.length
  }
  await quiet()
  expect(sent.length).toBe(2)
  // It lost. The other call is still under way, and nothing joins it.
  expect(await answer(1)).toBe(2)
  expect(await answer(2)).toBe(4)
  for (let call = 3; call <= 7; call++) await answer(call)
  expect((await outcomes).map(({ attempts }) => attempts)).toEqual([2, 1, 1, 1, 1, 1])
  await executor.close()
})
