import { CommandExecutor, defineCommand, type FeedEvent, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Deposit } from './fixture/account.ts'
import { failure } from './fixture/gate.ts'
import { HookedStore } from './fixture/hooked-store.ts'

async function lastEvent(store: HookedStore): Promise<FeedEvent> {
  const { events } = await store.readFeed({ limit: 1_000 })
  return events.at(-1) as FeedEvent
}

const deposit = Deposit({ to: 'a', amount: 5 })

test('a command that nothing caused begins a correlation of its own', async () => {
  const store = new HookedStore()
  const outcome = await new CommandExecutor(store).execute(deposit)
  const { commit } = await lastEvent(store)
  expect(outcome.correlationId).toBe(outcome.commandId)
  expect(commit).toMatchObject({
    correlationId: outcome.commandId,
    causationId: null,
    commandName: 'Deposit',
    metadata: '{}',
  })
})

test('one that another command caused inherits its correlation, from chain to chain', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const first = await executor.execute(deposit, { correlationId: 'order-1' })
  const second = await executor.execute(deposit, { causedBy: first })
  const third = await executor.execute(deposit, { causedBy: second })
  expect([first, second, third].map(({ correlationId }) => correlationId)).toEqual(['order-1', 'order-1', 'order-1'])
  expect((await lastEvent(store)).commit).toMatchObject({ correlationId: 'order-1', causationId: second.commandId })
})

test('one that an event caused inherits the correlation of its commit', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  await executor.execute(deposit, { correlationId: 'order-1' })
  const event = await lastEvent(store)
  await executor.execute(deposit, { causedBy: event })
  expect((await lastEvent(store)).commit).toMatchObject({ correlationId: 'order-1', causationId: event.id })
})

test('what a call says goes before what it inherits', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store)
  const first = await executor.execute(deposit)
  await executor.execute(deposit, { causedBy: first, correlationId: 'other', causationId: 'because' })
  expect((await lastEvent(store)).commit).toMatchObject({ correlationId: 'other', causationId: 'because' })
})

test('metadata of the executor and of the call are put together, entry by entry, and handlers see them', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store, { metadata: { actor: 'service', region: 'eu', tags: ['a'] } })
  const seen: unknown[] = []
  const See = defineCommand({
    name: 'See',
    input: unchecked<object>(),
    streams: () => ({ account: Account('a') }),
    handle: ({ account, metadata, commandId, now }) => {
      seen.push(metadata, commandId, now.getTime())
      return account.emit('Deposited', { amount: 1 })
    },
  })
  await executor.execute(See({}), { commandId: 'one', metadata: { actor: 'alice', note: undefined } })
  const stored = { actor: 'alice', region: 'eu', tags: ['a'] }
  expect(seen.slice(0, 2)).toEqual([stored, 'one'])
  const { commit } = await lastEvent(store)
  expect(JSON.parse(commit.metadata)).toEqual(stored)
  await executor.execute(See({}))
  expect(JSON.parse((await lastEvent(store)).commit.metadata)).toEqual({ actor: 'service', region: 'eu', tags: ['a'] })
})

test('a handler cannot change the metadata of others', async () => {
  const executor = new CommandExecutor(new HookedStore(), { metadata: { tags: ['a'] } })
  const Cheat = defineCommand({
    name: 'Cheat',
    input: unchecked<object>(),
    streams: () => ({}),
    handle: ({ metadata }) => {
      ;(metadata.tags as string[]).push('b')
      return []
    },
  })
  for (const options of [{}, { metadata: { more: ['c'] } }])
    expect(await failure(executor.execute(Cheat({}), options))).toMatchObject({ code: 'HANDLER_FAILED' })
})

test('the caller may change its metadata afterwards', async () => {
  const store = new HookedStore()
  const metadata = { tags: ['a'] }
  const executor = new CommandExecutor(store, { metadata })
  const own = { more: ['c'] }
  const outcome = executor.execute(deposit, { metadata: own })
  metadata.tags.push('b')
  own.more.push('d')
  await outcome
  expect(JSON.parse((await lastEvent(store)).commit.metadata)).toEqual({ tags: ['a'], more: ['c'] })
})

test('metadata that is no JSON is refused, of an executor and of a call', async () => {
  const store = new HookedStore()
  expect(() => new CommandExecutor(store, { metadata: { at: new Date() } })).toThrow(
    expect.objectContaining({ code: 'PAYLOAD_ERROR', path: '$.at' }),
  )
  const error = await failure(new CommandExecutor(store).execute(deposit, { metadata: { big: 1n } }))
  expect(error).toMatchObject({ code: 'PAYLOAD_ERROR', path: '$.big' })
  expect(store.appends).toEqual([])
})

test('the record of a commit names the read set and the time of the executor', async () => {
  const store = new HookedStore()
  const executor = new CommandExecutor(store, { now: () => 1_700_000_000_000 })
  const Both = defineCommand({
    name: 'Both',
    input: unchecked<object>(),
    streams: () => ({ a: Account('a'), b: Account.readOnly('b') }),
    handle: async ({ a, read, now }) => {
      await read(Account.readOnly('c'))
      return a.emit('Deposited', { amount: now.getTime() })
    },
  })
  await executor.execute(Both({}))
  const { commit, data } = await lastEvent(store)
  expect(commit.recordedAt).toBe(1_700_000_000_000)
  expect(JSON.parse(data)).toEqual({ amount: 1_700_000_000_000 })
  expect(commit.reads).toEqual(['a', 'b', 'c'].map((id) => ({ stream: `account/${id}`, version: 0 })))
})
