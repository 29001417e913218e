import { type } from 'arktype'
import { defineStream, encodeJson, unchecked } from 'eventcore'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { anyCommand, anyEvent, anyHistory } from '../../src/fast-check/index.ts'
import { OpenAccount } from '../specification/bank.ts'

const Everything = defineStream('everything', {
  events: {
    Numbers: z.object({
      whole: z.int(),
      positive: z.int().positive(),
      ranged: z.number().min(-1.5).lt(2),
      even: z.int().multipleOf(2),
      cents: z.number().gt(0),
    }),
    Texts: z.object({
      plain: z.string(),
      named: z.string().min(1).max(5),
      code: z.string().regex(/^[A-Z]{3}-\d{4}$/),
      id: z.uuid(),
      mail: z.email(),
      at: z.iso.datetime(),
      day: z.iso.date(),
    }),
    Shapes: z.object({
      list: z.array(z.string()).min(1).max(3),
      pair: z.tuple([z.string(), z.number()]),
      table: z.record(z.string(), z.boolean()),
      choice: z.enum(['a', 'b']),
      either: z.union([z.null(), z.literal('x'), z.boolean()]),
      nested: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('empty') }),
        z.object({ kind: z.literal('full'), left: z.int().min(0).max(9).optional() }),
      ]),
      anything: z.json().optional(),
    }),
    Refined: z.object({ even: z.int().refine((n) => n % 2 === 0) }),
    Defaulted: z.object({ memo: z.string().default('none') }),
    Ark: type({ count: 'number.integer > 0', 'side?': "'left' | 'right'", tags: 'string[]' }),
  },
  initial: () => 0,
  apply: {
    Numbers: (n) => n + 1,
    Texts: (n) => n + 1,
    Shapes: (n) => n + 1,
    Refined: (n) => n + 1,
    Defaulted: (n) => n + 1,
    Ark: (n) => n + 1,
  },
})

test('every event that is made up is one that the schema accepts and a store can hold', () => {
  const types = new Set<string>()
  fc.assert(
    fc.property(anyEvent(Everything('a'), { Shapes: fc.constant(aShape) }), ({ type, data }) => {
      types.add(type)
      expect(JSON.parse(encodeJson(data, 'it'))).toEqual(data)
      const schema = Object.entries(Everything.events).find(([name]) => name === type)?.[1]
      expect(schema?.['~standard'].validate(data)).not.toHaveProperty('issues')
    }),
    { numRuns: 500 },
  )
  expect(types).toEqual(new Set(Object.keys(Everything.events)))
})

const aShape = {
  list: ['a'],
  pair: ['a', 1] as [string, number],
  table: {},
  choice: 'a' as const,
  either: null,
  nested: { kind: 'empty' as const },
}

describe('what is not understood is refused, and says so', () => {
  const streamOf = (schema: ReturnType<typeof unchecked<{ a: number }>>) =>
    defineStream('one', { events: { Happened: schema }, initial: () => 0, apply: { Happened: (n) => n } })('a')

  test('a schema that does not describe itself', () => {
    expect(() => anyEvent(streamOf(unchecked<{ a: number }>()))).toThrow(
      'No arbitrary for Happened of one: its schema (of eventcore/unchecked) does not implement Standard JSON Schema, so nothing is known of its values. Give one of your own.',
    )
    expect(() => anyEvent(streamOf(v.object({ a: v.number() })))).toThrow('its schema (of valibot) does not implement')
  })

  test('a keyword', () => {
    const recursive: z.ZodType<{ a: number }, { a: number }> = z.object({
      a: z.int(),
      get next() {
        return recursive.optional()
      },
    })
    expect(() => anyEvent(streamOf(recursive))).toThrow(
      '"$ref" at $.properties.next of its JSON Schema is not understood',
    )
  })

  test('a schema that hardly anything fulfils', () => {
    expect(() => anyEvent(streamOf(z.object({ a: z.int().refine((a) => a === 4_711) })))).toThrow(
      'its schema accepts 0 of 100 values that its JSON Schema allows',
    )
  })

  test('unless there is an arbitrary', () => {
    const [made] = fc.sample(anyEvent(streamOf(unchecked<{ a: number }>()), { Happened: fc.constant({ a: 1 }) }), 1)
    expect(made).toMatchObject({ stream: 'one/a', type: 'Happened', data: { a: 1 } })
  })
})

test('a history has only events that were valid when they came', () => {
  const Door = defineStream('door', {
    events: { Opened: z.object({ by: z.string() }), Closed: z.object({}), Locked: z.object({ code: z.int().min(0) }) },
    initial: () => 'closed' as 'open' | 'closed' | 'locked',
    apply: { Opened: () => 'open' as const, Closed: () => 'closed' as const, Locked: () => 'locked' as const },
  })
  const valid = { Opened: 'closed', Closed: 'open', Locked: 'closed' }
  const history = anyHistory(Door('a'), { isValid: (state, { type }) => valid[type] === state })
  let longest = 0
  fc.assert(
    fc.property(history, (events) => {
      longest = Math.max(longest, events.length)
      const story = events.map(({ type }) => type).join(' ')
      expect(story).toMatch(/^((Opened Closed ?)*(Opened|Locked)?)?$/)
    }),
  )
  expect(longest).toBeGreaterThan(3)
})

test('counterexamples are readable', () => {
  const commands = anyCommand(OpenAccount, fc.record({ account: fc.constant('a'), owner: fc.constant('b') }))
  expect(fc.stringify(fc.sample(commands, 1))).toBe('[OpenAccount({"account":"a","owner":"b"})]')
  const [event] = fc.sample(anyEvent(Everything('a'), { Shapes: fc.constant(aShape) }), { numRuns: 1, seed: 5 })
  expect(fc.stringify(event)).toMatch(/^event\("everything\/a", "\w+", /)
})

test('commands are made up from the schema of their input', () => {
  for (const { input } of fc.sample(anyCommand(OpenAccount), 20))
    expect(input).toEqual({ account: expect.any(String), owner: expect.any(String) })
})
