import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, defineStream, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { collectEvents } from '../../src/index.ts'
import { Account, OpenAccount } from '../specification/bank.ts'

const open = (account: string) => OpenAccount({ account, owner: 'somebody' })

test('takes events that are there and events that come', async () => {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  await executor.execute(open('alice'))
  const collector = collectEvents(store, { streams: [Account] })
  const two = collector.take(2)
  await executor.execute(open('bob'))
  expect((await two).map(({ key, data }) => [key, data])).toEqual([
    ['alice', { owner: 'somebody' }],
    ['bob', { owner: 'somebody' }],
  ])
  expect(collector.events).toHaveLength(2)
  await collector.stop()
})

test('finds an event by a condition, also one that has passed', async () => {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  const collector = collectEvents(store, { after: undefined })
  const carol = collector.find(({ stream }) => stream === 'account/carol')
  for (const name of ['alice', 'bob', 'carol', 'dave']) await executor.execute(open(name))
  expect(await carol).toMatchObject({ stream: 'account/carol', version: 1 })
  expect(await collector.find(({ stream }) => stream === 'account/bob')).toMatchObject({ stream: 'account/bob' })
  await collector.stop()
})

test('says what came instead when nothing else comes', async () => {
  const store = new MemoryEventStore()
  const collector = collectEvents(store)
  await expect(collector.take(1, { timeoutMs: 5 })).rejects.toThrow('Waited 5 ms for 1 events. No event came.')
  await new CommandExecutor(store).execute(open('alice'))
  await collector.take(1)
  await expect(collector.take(2, { timeoutMs: 5 })).rejects.toMatchObject({
    code: 'COLLECTOR_TIMEOUT',
    message: 'Waited 5 ms for 2 events. 1 came, the last ones:\n  account/alice@1  AccountOpened',
  })
  await collector.stop()
})

test('a condition that throws is told to who waits', async () => {
  const store = new MemoryEventStore()
  const collector = collectEvents(store)
  const found = collector.find(() => {
    throw new Error('no condition')
  })
  await Promise.all([expect(found).rejects.toThrow('no condition'), new CommandExecutor(store).execute(open('alice'))])
  await collector.stop()
})

test('a subscription that fails is told to who waits, who comes later and who stops', async () => {
  const store = new MemoryEventStore()
  // It knows nothing of the events that are there.
  const Other = defineStream('account', {
    events: { Renamed: unchecked<{ name: string }>() },
    initial: () => 0,
    apply: { Renamed: (n) => n },
  })
  const collector = collectEvents(store, { streams: [Other] })
  const taken = collector.take(1)
  await Promise.all([
    expect(taken).rejects.toMatchObject({ code: 'EVENT_DECODE_ERROR' }),
    new CommandExecutor(store).execute(open('alice')),
  ])
  await expect(collector.take(1)).rejects.toMatchObject({ code: 'EVENT_DECODE_ERROR' })
  await expect(collector.stop()).rejects.toMatchObject({ code: 'EVENT_DECODE_ERROR' })
})
