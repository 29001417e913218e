import { type } from 'arktype'
import { defineCommand, defineStream, type EventData, type EventInput, type EventsOf, unchecked } from 'eventcore'
import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'

/** What the events of a stream take and what folds see of them, by event type. */
type Inputs<Definition> = { [Type in keyof EventsOf<Definition>]: EventInput<EventsOf<Definition>[Type]> }
type Outputs<Definition> = { [Type in keyof EventsOf<Definition>]: EventData<EventsOf<Definition>[Type]> }

const steps = {
  Same: (state: number) => state,
  Defaulted: (state: number) => state,
  Transformed: (state: number) => state,
}

interface Same {
  a: string
  b?: number | undefined
  c: ('x' | 'y')[]
}

describe('the input of a schema is emitted and stored, its output is folded', () => {
  test('with Zod', () => {
    const Zod = defineStream('zod', {
      events: {
        Same: z.object({ a: z.string(), b: z.number().optional(), c: z.array(z.enum(['x', 'y'])) }),
        Defaulted: z.object({ n: z.number().default(1) }),
        Transformed: z.object({ at: z.string().transform((text) => new Date(text)) }),
      },
      initial: () => 0,
      apply: { ...steps, Defaulted: (sum, { n }) => sum + n, Transformed: (_, { at }) => at.getTime() },
    })
    expectTypeOf<EventsOf<typeof Zod>['Same']>().toEqualTypeOf<Same>()
    expectTypeOf<Inputs<typeof Zod>>().toEqualTypeOf<{
      Same: Same
      Defaulted: { n?: number | undefined }
      Transformed: { at: string }
    }>()
    expectTypeOf<Outputs<typeof Zod>>().toEqualTypeOf<{
      Same: Same
      Defaulted: { n: number }
      Transformed: { at: Date }
    }>()
  })

  test('with Valibot', () => {
    const Valibot = defineStream('valibot', {
      events: {
        Same: v.object({ a: v.string(), b: v.optional(v.number()), c: v.array(v.picklist(['x', 'y'])) }),
        Defaulted: v.object({ n: v.optional(v.number(), 1) }),
        Transformed: v.object({
          at: v.pipe(
            v.string(),
            v.transform((text) => new Date(text)),
          ),
        }),
      },
      initial: () => 0,
      apply: { ...steps, Defaulted: (sum, { n }) => sum + n, Transformed: (_, { at }) => at.getTime() },
    })
    expectTypeOf<EventsOf<typeof Valibot>['Same']>().toEqualTypeOf<Same>()
    expectTypeOf<Inputs<typeof Valibot>>().toEqualTypeOf<{
      Same: Same
      Defaulted: { n?: number | undefined }
      Transformed: { at: string }
    }>()
    expectTypeOf<Outputs<typeof Valibot>>().toEqualTypeOf<{
      Same: Same
      Defaulted: { n: number }
      Transformed: { at: Date }
    }>()
  })

  test('with ArkType', () => {
    const Ark = defineStream('ark', {
      events: {
        Same: type({ a: 'string', 'b?': 'number | undefined', c: "('x' | 'y')[]" }),
        Defaulted: type({ n: 'number = 1' }),
        Transformed: type({ at: 'string.date.parse' }),
      },
      initial: () => 0,
      apply: { ...steps, Defaulted: (sum, { n }) => sum + n, Transformed: (_, { at }) => at.getTime() },
    })
    expectTypeOf<EventsOf<typeof Ark>['Same']>().toEqualTypeOf<Same>()
    expectTypeOf<Inputs<typeof Ark>>().toEqualTypeOf<{
      Same: Same
      Defaulted: { n?: number }
      Transformed: { at: string }
    }>()
    expectTypeOf<Outputs<typeof Ark>>().toEqualTypeOf<{
      Same: Same
      Defaulted: { n: number }
      Transformed: { at: Date }
    }>()
  })

  test('with a type that nothing checks', () => {
    const Unchecked = defineStream('unchecked', {
      events: { Same: unchecked<Same>() },
      initial: () => 0,
      apply: { Same: (state) => state },
    })
    expectTypeOf<EventsOf<typeof Unchecked>>().toEqualTypeOf<{ Same: Same }>()
  })

  test('with what is emitted', () => {
    const Letter = defineStream('letter', {
      events: { Sent: z.object({ at: z.codec(z.iso.datetime(), z.date(), codec), copies: z.int().default(1) }) },
      initial: () => 0,
      apply: { Sent: (_, { at, copies }) => at.getTime() + copies },
    })
    defineCommand({
      name: 'Send',
      input: unchecked<null>(),
      streams: () => ({ letter: Letter('a') }),
      handle: ({ letter }) => {
        // @ts-expect-error the input is the text of a date
        letter.emit('Sent', { at: new Date() })
        return [letter.emit('Sent', { at: '2026-01-01T00:00:00Z' }), letter.emit('Sent', { at: '', copies: 2 })]
      },
    })
  })

  test('with an output that adds what the input could not have', () => {
    const Widened = defineStream('widened', {
      events: {
        Optional: z.object({ a: z.string() }).transform((value): { a: string; note?: string } => value),
        Branded: z.object({ id: z.string().brand('Id') }),
        FromAny: z.any().transform(() => ({ n: 1 })),
      },
      initial: () => '',
      apply: {
        Optional: (_, { note }) => note ?? '',
        Branded: (_, { id }) => id,
        FromAny: (_, { n }) => n.toFixed(),
      },
    })
    expectTypeOf<Outputs<typeof Widened>['Optional']>().toEqualTypeOf<{ a: string; note?: string }>()
    expectTypeOf<Inputs<typeof Widened>['Optional']>().toEqualTypeOf<{ a: string }>()
    expectTypeOf<Inputs<typeof Widened>['Branded']>().toEqualTypeOf<{ id: string }>()
    expectTypeOf<Outputs<typeof Widened>['Branded']>().toEqualTypeOf<{ id: string & z.$brand<'Id'> }>()
    expectTypeOf<Inputs<typeof Widened>['FromAny']>().toBeAny()
    expectTypeOf<Outputs<typeof Widened>['FromAny']>().toEqualTypeOf<{ n: number }>()
  })
})

const codec = { decode: (text: string) => new Date(text), encode: (date: Date) => date.toISOString() }
