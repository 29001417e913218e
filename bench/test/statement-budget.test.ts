import { PostgresEventStore } from '@eventcore/postgres'
import { startPostgres } from '@eventcore/testing'
import { CommandExecutor } from 'eventcore'
import { expect, onTestFinished, test } from 'vitest'
import { WireCounter } from '../src/harness/wire-counter.ts'
import { Deposit, DiscoveringTransfer, Transfer } from '../src/workloads/bank.ts'

/** Counts the round trips of the wire protocol, whatever the store says that it does. */
async function countedBank(cachedStreams: number) {
  const server = await startPostgres()
  const database = await server.createDatabase()
  const { counter, url } = await WireCounter.start(database.url)
  const store = await PostgresEventStore.open({ url, notifications: false })
  const executor = new CommandExecutor(store, { cachedStreams })
  onTestFinished(async () => {
    await executor.close()
    await store.close()
    await counter.stop()
    await database.drop()
  })
  for (const account of ['a', 'b', 'c']) await executor.execute(Deposit({ account, amount: 100 }))
  // Each connection prepares its statements once.
  await Promise.all(Array.from({ length: 50 }, () => executor.execute(Deposit({ account: 'c', amount: 1 }))))
  const tripsOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = counter.asked
    await work()
    return counter.asked - before
  }
  return { executor, tripsOf }
}

const transfer = { from: 'a', to: 'b', amount: 1 }

test('a command over two streams takes two round trips: one read for all streams, one append', {
  timeout: 30_000,
}, async () => {
  const { executor, tripsOf } = await countedBank(0)
  expect(await tripsOf(() => executor.execute(Transfer(transfer)))).toBe(2)
})

test('with its states at hand it takes one', { timeout: 30_000 }, async () => {
  const { executor, tripsOf } = await countedBank(100)
  await executor.execute(Transfer(transfer))
  expect(await tripsOf(() => executor.execute(Transfer(transfer)))).toBe(1)
})

test('a stream that is found at run time costs one more', { timeout: 30_000 }, async () => {
  const { executor, tripsOf } = await countedBank(0)
  expect(await tripsOf(() => executor.execute(DiscoveringTransfer(transfer)))).toBe(3)
})

test('a hundred commands at once share their round trips', { timeout: 30_000 }, async () => {
  const { executor, tripsOf } = await countedBank(100)
  const all = () => Promise.all(Array.from({ length: 100 }, () => executor.execute(Transfer(transfer))))
  await all()
  // One batch, or a few where the queue was looked at while it filled: never one each.
  expect(await tripsOf(all)).toBeLessThanOrEqual(4)
})

test('a rejection is checked in one round trip, as true as a commit', { timeout: 30_000 }, async () => {
  const { executor, tripsOf } = await countedBank(100)
  const tooMuch = Transfer({ ...transfer, amount: 1_000_000 })
  await executor.execute(tooMuch)
  expect(await tripsOf(() => executor.execute(tooMuch))).toBe(1)
})
