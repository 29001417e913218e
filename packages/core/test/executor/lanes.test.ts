import { CommandExecutor } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { Deposit, Transfer } from './fixture/account.ts'
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

describe('commands that were called together', () => {
  test('are shared out among the lanes that are free', async () => {
    const { deposit, batches } = await twoLanes(names(70))
    await Promise.all(names(70).map(deposit))
    expect(batches.map(({ length }) => length)).toEqual([35, 35])
  })

  test('go in one batch while they are few', async () => {
    const { deposit, batches } = await twoLanes(names(32))
    await Promise.all(names(32).map(deposit))
    expect(batches.map(({ length }) => length)).toEqual([32])
  })

  test('go in one batch, however many they are, when they would have to wait for each other', async () => {
    const { deposit, batches } = await twoLanes(['hot'])
    await Promise.all(names(70).map(() => deposit('hot')))
    expect(batches.map(({ length }) => length)).toEqual([70])
  })

  test('are not passed, when they wait for the next batch, by later ones on the same stream', async () => {
    const { deposit, transfer, batches } = await twoLanes([...names(32), 'waits'])
    const outcomes = await Promise.all([...names(32).map(deposit), deposit('waits'), transfer('waits', 'n0')])
    const [waited, passed] = outcomes.slice(-2)
    expect(waited?.streams[0]?.version).toBe(1)
    expect(passed?.streams[0]?.version).toBe(2)
    expect(batches.map((streams) => streams.length)).toEqual([32, 1, 2])
  })
})

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i}`)

/** Two lanes, and a cache that has these accounts. */
async function twoLanes(accounts: readonly string[]) {
  const store = new HookedStore(undefined, 2)
  const executor = new CommandExecutor(store)
  const deposit = (to: string) => executor.execute(Deposit({ to, amount: 1 }))
  const transfer = (from: string, to: string) => executor.execute(Transfer({ from, to, amount: 1 }))
  await Promise.all(accounts.map(deposit))
  /** Of each call of the store, the events of its commits. */
  const batches: (readonly string[])[] = []
  store.onAppend = async (commits, proceed) => {
    batches.push(commits.flatMap(({ events }) => events.map(({ stream }) => stream)))
    await quiet()
    return await proceed()
  }
  return { deposit, transfer, batches }
}
