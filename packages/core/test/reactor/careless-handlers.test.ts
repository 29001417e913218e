// What a handler forgets must not be lost: a process step that nobody took.
import { MemoryEventStore } from '@eventcore/memory'
import { CommandExecutor, defineCommand, defineReactor, type ReactorContext, ReactorRunner, unchecked } from 'eventcore'
import { expect, test } from 'vitest'
import { Account, Audit, deposited, write } from '../feed/ledger.ts'

const RecordCheck = defineCommand({
  name: 'RecordCheck',
  input: unchecked<{ account: string }>(),
  streams: ({ account }) => ({ audit: Audit(account) }),
  handle: ({ input, audit }) => {
    if (input.account === 'broken') throw new Error('it is broken')
    return audit.emit('Checked', { by: 'reactor' })
  },
})

async function react(handler: (context: ReactorContext) => unknown) {
  const store = new MemoryEventStore()
  await write(store, deposited('alice', 1))
  const reactor = defineReactor({
    name: 'careless',
    streams: [Account],
    from: 'start',
    handlers: { account: { Deposited: (_, context) => handler(context), otherwise: 'ignore' } },
    onFailure: { action: 'dead-letter', maxAttempts: 1 },
  })
  const runner = new ReactorRunner(store, reactor, { executor: new CommandExecutor(store) })
  runner.start()
  const position = await store.projections.headPosition()
  const reached = await runner.waitFor(position as never, { timeoutMs: 5_000 }).catch((error: unknown) => error)
  await runner.stop()
  const audit = await store.readStream('audit/alice', { direction: 'forwards', limit: 10 })
  return { reached, audit: audit.length }
}

test('a command that is returned in place of executed fails the event', async () => {
  const { reached } = await react(() => RecordCheck({ account: 'alice' }))
  expect(reached).toMatchObject({ code: 'EVENT_PARKED' })
  expect(String(reached)).toContain('returned the command "RecordCheck" and did not execute it')
})

test('an event is handled when the commands have come to an end that its handler did not wait for', async () => {
  const { reached, audit } = await react(({ execute }) => {
    execute(RecordCheck({ account: 'alice' }))
  })
  expect({ reached, audit }).toEqual({ reached: undefined, audit: 1 })
})

test('the failure of a command that its handler did not wait for is the failure of the event', async () => {
  const { reached } = await react(({ execute }) => {
    execute(RecordCheck({ account: 'broken' }))
  })
  expect(String(reached)).toContain('it is broken')
})

test('a failure that the handler has dealt with is none', async () => {
  const { reached } = await react(async ({ execute }) => {
    await execute(RecordCheck({ account: 'broken' })).catch(() => undefined)
  })
  expect(reached).toBeUndefined()
})

test('a handler that fails while its command is under way fails by its own error, when the command is through', async () => {
  const { reached, audit } = await react(({ execute }) => {
    execute(RecordCheck({ account: 'alice' }))
    throw new Error('something else')
  })
  expect(String(reached)).toContain('something else')
  expect(audit).toBe(1)
})
