import {
  type CommandDefinition,
  defineCommand,
  defineStream,
  ensure,
  InvalidDefinition,
  reject,
  unchecked,
} from 'eventcore'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const Account = defineStream('account', {
  events: { Opened: unchecked<null>() },
  initial: () => 0,
  apply: { Opened: (state) => state },
})
const specification = {
  input: z.object({ id: z.string() }),
  streams: ({ id }: { id: string }) => ({ account: Account(id) }),
  handle: () => [],
}

/** For definitions that do not compile: those of callers without types. */
const defineLoosely = defineCommand as (specification: unknown) => CommandDefinition<string, unknown, never>

describe('a command definition', () => {
  test.each(['TransferMoney', 'transfer money', 'Überweisung', '💶', 'x'.repeat(255)])('takes the name %s', (name) => {
    expect(defineCommand({ ...specification, name }).commandName).toBe(name)
  })

  test.each([[''], ['x'.repeat(256)], ['a\0b'], ['a\ud83d'], [undefined], [7]])('refuses the name %j', (name) => {
    const define = () => defineLoosely({ ...specification, name })
    expect(define).toThrow(InvalidDefinition)
    expect(define).toThrow(expect.objectContaining({ code: 'INVALID_DEFINITION', retryable: false }))
    expect(define).toThrow(
      `${JSON.stringify(name)} cannot name a command: 1 to 255 well-formed characters without U+0000 are expected.`,
    )
  })

  test.each([
    ['nothing', undefined],
    ['a plain object', { id: 'string' }],
    ['another version of Standard Schema', { '~standard': { version: 2, vendor: 'future', validate: () => ({}) } }],
  ])('refuses %s as the schema of its input', (_, input) => {
    expect(() => defineLoosely({ ...specification, name: 'Open', input })).toThrow(
      expect.objectContaining({
        code: 'INVALID_DEFINITION',
        message:
          'The input of command "Open" does not implement Standard Schema version 1. Use Zod, Valibot, ArkType or unchecked<T>().',
      }),
    )
  })

  test.each([
    ['streams', undefined, 'Command "Open" has no function "streams". It needs both, streams and handle.'],
    [
      'streams',
      { account: Account('a') },
      'Command "Open" has no function "streams". It needs both, streams and handle.',
    ],
    ['handle', undefined, 'Command "Open" has no function "handle". It needs both, streams and handle.'],
    [
      'discover',
      { other: Account('b') },
      'What command "Open" has as "discover" is no function. Give a function, or leave it out.',
    ],
  ])('refuses to be without a function: %s is %j', (part, value, message) => {
    expect(() => defineLoosely({ ...specification, name: 'Open', [part]: value })).toThrow(
      expect.objectContaining({ code: 'INVALID_DEFINITION', message }),
    )
  })

  test('makes commands, without looking at their input', () => {
    const Open = defineCommand({ ...specification, name: 'Open' })
    const input = { id: 'alice' }
    expect(Open(input)).toMatchObject({ commandName: 'Open', input })
    expect(Open(input).input).toBe(input)
    // @ts-expect-error it is the executor that refuses it
    expect(Open({ id: 7 }).input).toEqual({ id: 7 })
    expect(Open(input).kind).toBe(Open({ id: 'bob' }).kind)
  })
})

describe('a rejection', () => {
  test('is a frozen value, no error', () => {
    const rejection = reject('InsufficientFunds', { balance: 7 })
    expect(rejection).toEqual({ kind: 'rejection', code: 'InsufficientFunds', detail: { balance: 7 } })
    expect(Object.isFrozen(rejection)).toBe(true)
    expect(reject('AccountClosed')).toEqual({ kind: 'rejection', code: 'AccountClosed', detail: undefined })
  })
})

describe('ensure', () => {
  test.each([[true], ['text'], [1], [{}], [[]]])('goes on with %j', (value) => {
    expect(ensure(value, 'No').next()).toEqual({ done: true, value })
  })

  test.each([[false], [''], [0], [0n], [null], [undefined], [Number.NaN]])('yields a rejection for %s', (value) => {
    expect(ensure(value, 'No', { a: 1 }).next()).toEqual({ done: false, value: reject('No', { a: 1 }) })
  })
})
