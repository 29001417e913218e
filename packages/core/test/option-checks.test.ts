import { expect, test } from 'vitest'
import { z } from 'zod'
import { MemoryEventStore } from '../../memory/src/index.ts'
import {
  assertOptions,
  CommandExecutor,
  defineCommand,
  defineProjection,
  defineStream,
  InvalidOptions,
  type OptionCheck,
  optionCheck,
  ProjectionRunner,
  subscribe,
} from '../src/index.ts'

const Account = defineStream('account', {
  events: { Opened: z.object({ owner: z.string() }) },
  initial: () => 0,
  apply: { Opened: (count) => count + 1 },
})

const Open = defineCommand({
  name: 'Open',
  input: z.object({ id: z.string() }),
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => account.emit('Opened', { owner: 'ann' }),
})

/** What callers without types can write. */
const untyped = (options: unknown): never => options as never

const codeOf = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    if (error instanceof InvalidOptions) return `${error.code} ${error.option}: ${error.message}`
    throw error
  }
}

test('an option that there is not is refused, and those that there are are named', async () => {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store)
  await expect(executor.execute(Open({ id: '1' }), untyped({ timeout: 5 }))).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    option: 'timeout',
    message:
      'There is no option timeout of execute; there are commandId, timeoutMs, maxAttempts, signal, correlationId, causationId, causedBy, metadata.',
  })
  expect(codeOf(() => new CommandExecutor(store, untyped({ retries: 3 })))).toMatch(
    /^INVALID_OPTIONS retries: There is no option retries of CommandExecutor; there are maxAttempts, /,
  )
  expect(codeOf(() => subscribe(store, untyped({ fliter: { types: ['Opened'] } })))).toMatch(
    /^INVALID_OPTIONS fliter: /,
  )
  expect(codeOf(() => subscribe(store, { filter: untyped({ type: 'Opened' }) }))).toMatch(
    /^INVALID_OPTIONS filter\.type: There is no option filter\.type of a filter; /,
  )
  const accounts = defineProjection({ name: 'accounts', version: 1, streams: [], handlers: {} })
  expect(codeOf(() => new ProjectionRunner(store, accounts, untyped({ leaseSeconds: 5 })))).toMatch(
    /^INVALID_OPTIONS leaseSeconds: There is no option leaseSeconds of ProjectionRunner; /,
  )
  expect(codeOf(() => new MemoryEventStore(untyped({ clock: Date.now })))).toMatch(
    /^INVALID_OPTIONS clock: There is no option clock of MemoryEventStore; there are now, inlineProjections, newId\.$/,
  )
})

test('the value of an option that there is not is never shown', () => {
  const refused = codeOf(() =>
    assertOptions<{ url?: string }>('Store', untyped({ uri: 'postgres://ann:secret@db' }), { url: optionCheck.text }),
  )
  expect(refused).toBe('INVALID_OPTIONS uri: There is no option uri of Store; there are url.')
})

test('a command definition that was not called is refused with how to call it', async () => {
  const executor = new CommandExecutor(new MemoryEventStore())
  await expect(executor.execute(untyped(Open))).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    option: 'command',
    message: expect.stringContaining('as in execute(Open({ ... }))'),
  })
  await expect(executor.execute(untyped(undefined))).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    option: 'command',
  })
})

test('a signal that is none is refused, before it could end the process when the time of its command is up', async () => {
  const store = new MemoryEventStore()
  const executor = new CommandExecutor(store, { timeoutMs: 20 })
  await expect(executor.execute(Open({ id: '1' }), untyped({ signal: new AbortController() }))).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    option: 'signal',
    message: 'The option signal is an instance of AbortController; an AbortSignal is expected.',
  })
  expect(executor.activeCount).toBe(0)
  expect(codeOf(() => subscribe(store, { signal: untyped({}) }))).toMatch(/^INVALID_OPTIONS signal: /)
})

test('what caused a command has ids, so that none is left out silently', async () => {
  const executor = new CommandExecutor(new MemoryEventStore())
  const cause = await executor.execute(Open({ id: '1' }))
  const { events } = await executor.store.readFeed({ limit: 1 })
  for (const causedBy of [cause, events[0]]) {
    const { correlationId } = await executor.execute(Open({ id: '1' }), { causedBy: untyped(causedBy) })
    expect(correlationId).toBe(cause.correlationId)
  }
  for (const causedBy of [{}, cause.events[0], { id: 'a', commit: {} }, { id: 'a', commit: null }])
    await expect(executor.execute(Open({ id: '1' }), { causedBy: untyped(causedBy) })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      option: 'causedBy',
    })
})

test('what is waited for has events or is one position, and a wait has no other options than it has', async () => {
  const store = new MemoryEventStore()
  const handlers = { account: { otherwise: 'ignore' as const } }
  const runner = new ProjectionRunner(
    store,
    defineProjection({ name: 'all', version: 1, streams: [Account], handlers }),
  )
  for (const what of [undefined, {}, { status: 'rejected', code: 'NoSuchAccount' }, 5])
    await expect(runner.waitFor(untyped(what))).rejects.toMatchObject({ code: 'INVALID_OPTIONS', option: 'what' })
  const outcome = await new CommandExecutor(store).execute(Open({ id: '1' }))
  for (const options of [{ timeout: 5 }, { timeoutMs: -1 }, { signal: {} }])
    await expect(runner.waitFor(outcome, untyped(options))).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
})

test.each<[string, OptionCheck, unknown[], unknown[]]>([
  ['wholeNumber', optionCheck.wholeNumber(1), [1, 2], [0, 1.5, '1', Number.NaN, Number.POSITIVE_INFINITY, null]],
  ['wholeNumber in a range', optionCheck.wholeNumber(0, 2), [0, 2], [3, -1]],
  ['number', optionCheck.number(0), [0, 0.5, Number.POSITIVE_INFINITY], [-1, '0', Number.NaN, null]],
  ['number in a range', optionCheck.number(0, 1), [0, 1], [1.1]],
  ['positive', optionCheck.positive, [0.1, 5], [0, -1, '5', Number.NaN]],
  ['oneOf', optionCheck.oneOf('full', 'normal'), ['full'], ['FULL', '', 1, null]],
  ['boolean', optionCheck.boolean, [true, false], [0, 'true']],
  ['callable', optionCheck.callable, [() => 1, Date.now], [{}, 'now']],
  ['string', optionCheck.string, ['', 'a'], [1, null]],
  ['text', optionCheck.text, ['a'], ['', 1]],
  ['list', optionCheck.list, [[]], [{}, 'ab', null]],
  ['object', optionCheck.object, [{}], ['', null, 1, []]],
  ['signal', optionCheck.signal, [AbortSignal.abort()], [{}, null, new AbortController(), 'SIGTERM']],
])('%s lets pass what it names, and says what it expects of the rest', (_, holds, good, bad) => {
  for (const value of good) expect(holds(value)).toBe(undefined)
  for (const value of bad) expect(holds(value)).toEqual(expect.any(String))
})

test('an option that is undefined is left out, and what is no object is refused', () => {
  assertOptions<{ size?: number }>('Store', untyped({ size: undefined }), { size: optionCheck.positive })
  expect(codeOf(() => assertOptions<{ size?: number }>('Store', untyped(5), { size: optionCheck.positive }))).toMatch(
    /^INVALID_OPTIONS options: /,
  )
})
