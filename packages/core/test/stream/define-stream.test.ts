import { type } from 'arktype'
import { defineStream, InvalidDefinition, type StreamDefinition, unchecked } from 'eventcore'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const events = { Opened: z.object({ owner: z.string() }), Closed: unchecked<null>() }
const fold = { initial: () => 0, apply: { Opened: (state: number) => state, Closed: (state: number) => state } }
const Account = defineStream('account', { ...fold, events })

/** For definitions that do not compile: those of callers without types. */
const defineLoosely = defineStream as (
  name: unknown,
  specification: unknown,
) => StreamDefinition<string, object, unknown>

const definitionError = (message: string | RegExp) =>
  expect.objectContaining({
    name: 'InvalidDefinition',
    code: 'INVALID_DEFINITION',
    retryable: false,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  })

describe('a stream definition', () => {
  test.each(['account', 'A', 'Account2', 'bank.account', 'bank-account', 'bank_account', `a${'x'.repeat(63)}`])(
    'takes the name %s',
    (name) => {
      expect(defineStream(name, { ...fold, events }).streamName).toBe(name)
    },
  )

  test.each([
    '',
    '2accounts',
    '-account',
    'bank/account',
    'bank account',
    'konto*',
    'größe',
    `a${'x'.repeat(64)}`,
    'a\n',
  ])('refuses the name %j', (name) => {
    expect(() => defineStream(name, { ...fold, events })).toThrow(
      definitionError(
        `${JSON.stringify(name)} cannot name a stream: a letter is expected, then at most 63 letters, digits, "_", "." or "-".`,
      ),
    )
  })

  test('keeps the schemas as they were given', () => {
    expect(Account.events.Opened).toBe(events.Opened)
    expect(Object.keys(Account.events)).toEqual(['Opened', 'Closed'])
  })

  test('takes schemas of each library', () => {
    const Mixed = defineStream('mixed', {
      events: {
        Zod: z.object({ a: z.string() }),
        Valibot: v.object({ a: v.string() }),
        Ark: type({ a: 'string' }),
        Unchecked: unchecked<{ a: string }>(),
      },
      initial: () => '',
      apply: {
        Zod: (_, { a }) => a,
        Valibot: (_, { a }) => a,
        Ark: (_, { a }) => a,
        Unchecked: (_, { a }) => a,
      },
    })
    expect([...Mixed('x').definition.schemas.keys()]).toEqual(['Zod', 'Valibot', 'Ark', 'Unchecked'])
  })

  test.each([
    ['text', 'owner'],
    ['undefined', undefined],
    ['null', null],
    ['a function', () => true],
    ['another version of Standard Schema', { '~standard': { version: 2, vendor: 'future', validate: () => ({}) } }],
  ])('refuses an event whose schema is %s', (_, schema) => {
    expect(() => defineLoosely('account', { ...fold, events: { ...events, Opened: schema } })).toThrow(
      definitionError(
        'The schema of event "Opened" of stream "account" does not implement Standard Schema version 1. Use Zod, Valibot, ArkType or unchecked<T>().',
      ),
    )
  })

  test('refuses an event without a step', () => {
    const message = 'Stream "account" has the event "Closed", and its fold has no step for it.'
    expect(() => defineLoosely('account', { events, initial: () => 0, apply: { Opened: () => 0 } })).toThrow(
      definitionError(message),
    )
    expect(() => defineLoosely('account', { ...fold, events, apply: { Opened: () => 0, Closed: 'close' } })).toThrow(
      definitionError(message),
    )
  })

  test('does not take an inherited property for a step', () => {
    const apply = { Opened: () => 0, Closed: () => 0 }
    const schemas = { ...events, toString: unchecked<null>() }
    expect(() => defineLoosely('account', { events: schemas, initial: () => 0, apply })).toThrow(
      definitionError('Stream "account" has the event "toString", and its fold has no step for it.'),
    )
  })

  test('refuses a step without an event', () => {
    const apply = { ...fold.apply, Frozen: () => 0 }
    expect(() => defineLoosely('account', { events, initial: () => 0, apply })).toThrow(
      definitionError('The fold of stream "account" has a step for "Frozen", which is no event of it.'),
    )
  })

  test('has events whose names mean something to JavaScript', () => {
    const Odd = defineStream('odd', {
      events: { constructor: unchecked<null>(), toString: unchecked<null>(), ['__proto__']: unchecked<null>() },
      initial: () => 0,
      apply: { constructor: () => 1, toString: () => 2, ['__proto__']: () => 3 },
    })
    expect([...Odd('x').definition.steps.keys()]).toEqual(['constructor', 'toString', '__proto__'])
    expect(Odd('x').definition.schemas.has('valueOf')).toBe(false)
  })

  test('refuses an initial state that is no function: all streams would share it', () => {
    expect(() => defineLoosely('account', { events, ...fold, initial: 0 })).toThrow(
      definitionError(
        'A fold of stream "account" has no function "initial". Give one that returns the state of a stream without events.',
      ),
    )
  })

  test('refuses a view as it refuses a fold', () => {
    const view = Account.view as (fold: unknown) => unknown
    expect(() => view({ ...fold, initial: undefined })).toThrow(InvalidDefinition)
    expect(() => view({ initial: () => 0, apply: { Opened: () => 0 } })).toThrow(InvalidDefinition)
    expect(() => view({ initial: () => 0, apply: { ...fold.apply, Frozen: () => 0 } })).toThrow(InvalidDefinition)
  })
})

describe('a reference', () => {
  test('says which stream is wanted, with which fold, and what for', () => {
    expect(Account('alice')).toMatchObject({ kind: 'stream', access: 'read-write', stream: 'account/alice' })
    expect(Account.readOnly('alice')).toMatchObject({ kind: 'stream', access: 'read-only', stream: 'account/alice' })
    expect(Account('alice').definition).toBe(Account.readOnly('bob').definition)
    expect(Account('alice').definition).toMatchObject({ name: 'account', initial: fold.initial })
  })

  test('names the fold by its identity: a view is another one, each time', () => {
    const view = () => Account.view({ initial: () => 0, apply: fold.apply })
    const [one, other] = [view(), view()]
    expect(one('alice').stream).toBe('account/alice')
    expect(one('alice').definition).not.toBe(Account('alice').definition)
    expect(one('alice').definition).not.toBe(other('alice').definition)
    expect(one('alice').definition).toBe(one('bob').definition)
    expect(one.streamName).toBe('account')
    expect(one.events).toBe(Account.events)
  })

  test('to several streams merges duplicates, and keeps the order of the first', () => {
    expect(Account.many(['b', 'a', 'b', 'c', 'a'])).toMatchObject({
      kind: 'streams',
      access: 'read-write',
      ids: ['b', 'a', 'c'],
      streams: ['account/b', 'account/a', 'account/c'],
    })
    expect(Account.manyReadOnly(new Set(['a']))).toMatchObject({ access: 'read-only', ids: ['a'] })
    expect(Account.many([])).toMatchObject({ ids: [], streams: [] })
  })

  test('to several streams takes what can be iterated over once', () => {
    function* ids() {
      yield 'a'
      yield 'b'
    }
    expect(Account.many(ids()).streams).toEqual(['account/a', 'account/b'])
  })
})

describe('unchecked', () => {
  test('is a Standard Schema that takes everything as it is', () => {
    const schema = unchecked<{ a: number }>()['~standard']
    const value = { a: 'not a number' }
    expect(schema.version).toBe(1)
    expect(schema.validate(value)).toEqual({ value })
    expect((schema.validate(value) as { value: unknown }).value).toBe(value)
  })
})
