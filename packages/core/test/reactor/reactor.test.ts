import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, defineCommand, defineReactor, ReactorRunner, reject, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Audit, deposited, wholeFeed, write } from '../feed/ledger.ts'

const RecordCheck = defineCommand({
  name: 'RecordCheck',
  input: unchecked<{ account: string; by: string }>(),
  streams: ({ account }) => ({ audit: Audit(account) }),
  handle: ({ input, audit }) => (input.by === '' ? reject('Nobody') : [audit.emit('Checked', { by: input.by })]),
})

const auditing = (name: string, after: () => void = () => undefined) =>
  defineReactor({
    name,
    streams: [Account],
    from: 'start',
    handlers: {
      account: {
        Deposited: async ({ key, data }, { execute }) => {
          await execute(RecordCheck({ account: key, by: `first ${data.amount}` }))
          await execute(RecordCheck({ account: key, by: `second ${data.amount}` }), { key: 'second' })
          after()
        },
        otherwise: 'ignore',
      },
    },
  })

test('an event leads to a command, with its causation, once however often the event comes', async () => {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  for (let i = 1; i <= 5; i++) await write(store, deposited('alice', i))
  // Fails behind its effects: each event comes three times.
  let calls = 0
  const failing = auditing('audit', () => {
    if (++calls % 3 !== 0) throw new Error('after the effect')
  })
  const runner = new ReactorRunner(store, { ...failing }, { executor })
  runner.start()
  const [position] = await write(store, deposited('alice', 6))
  await runner.waitFor(position as never)
  await runner.stop()
  expect(calls).toBe(18)
  const feed = await wholeFeed(store)
  const checks = feed.filter(({ stream }) => stream === 'audit/alice')
  expect(checks.map(({ data }) => (JSON.parse(data) as { by: string }).by)).toEqual(
    [1, 2, 3, 4, 5, 6].flatMap((i) => [`first ${i}`, `second ${i}`]),
  )
  const [cause] = feed
  const [effect] = checks
  expect(effect?.commit.causationId).toBe(cause?.id)
  expect(effect?.commit.correlationId).toBe(cause?.commit.correlationId)
  expect(effect?.commit.commandId).toBe(`audit/${cause?.id}/RecordCheck`)
  // Another runner finds nothing left to do.
  const again = new ReactorRunner(store, auditing('audit'), { executor })
  again.start()
  await again.waitFor(position as never)
  await again.stop()
  expect((await wholeFeed(store)).length).toBe(feed.length)
})

test('a reactor begins now, unless it is told otherwise, and remembers what now was', async () => {
  const store = new MemoryEventStore()
  await write(store, deposited('alice', 1))
  const seen: number[] = []
  const reactor = defineReactor({
    name: 'watch',
    streams: [Account],
    handlers: { account: { Deposited: ({ data }) => seen.push(data.amount), otherwise: 'ignore' } },
  })
  const runner = new ReactorRunner(store, reactor)
  runner.start()
  for (let i = 0; i < 100 && (await store.checkpoints.load('watch@1')) === undefined; i++) await sleep(2)
  await runner.stop()
  await write(store, deposited('alice', 2))
  runner.start()
  const [position] = await write(store, deposited('alice', 3))
  await runner.waitFor(position as never)
  await runner.stop()
  expect(seen).toEqual([2, 3])
})

test('two commands of one kind for one event need keys of their own', async () => {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  const reactor = defineReactor({
    name: 'twice',
    streams: [Account],
    from: 'start',
    handlers: {
      account: {
        Deposited: async ({ key }, { execute }) => {
          await execute(RecordCheck({ account: key, by: 'one' }))
          await execute(RecordCheck({ account: key, by: 'two' }))
        },
        otherwise: 'ignore',
      },
    },
    onFailure: { maxAttempts: 1 },
  })
  const runner = new ReactorRunner(store, reactor, { executor })
  runner.start()
  const [position] = await write(store, deposited('alice', 1))
  await expect(runner.waitFor(position as never)).rejects.toMatchObject({ code: 'PROJECTION_HALTED' })
  expect(String((await runner.status()).lastError)).toMatch(/another key for each command/)
  await runner.stop()
})

test('stopping waits for the event under way, not for the page', async () => {
  const store = new MemoryEventStore()
  for (let i = 1; i <= 20; i++) await write(store, deposited('alice', i))
  const thirdBegun = Promise.withResolvers<void>()
  const thirdMayEnd = Promise.withResolvers<void>()
  let begun = 0
  let handled = 0
  const reactor = defineReactor({
    name: 'slow',
    streams: [Account],
    from: 'start',
    handlers: {
      account: {
        Deposited: async () => {
          begun++
          if (begun === 3) {
            thirdBegun.resolve()
            await thirdMayEnd.promise
          }
          handled++
        },
        otherwise: 'ignore',
      },
    },
  })
  const runner = new ReactorRunner(store, reactor)
  runner.start()
  await thirdBegun.promise
  let stopped = false
  const stopping = runner.stop().then(() => {
    stopped = true
  })
  await sleep(10)
  expect(stopped).toBe(false)
  thirdMayEnd.resolve()
  await stopping
  expect(handled).toBe(3)
  runner.start()
  const [position] = await write(store, deposited('alice', 21))
  await runner.waitFor(position as never)
  await runner.stop()
  expect(handled).toBe(21)
})
