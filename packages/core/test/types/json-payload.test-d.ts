import { type } from 'arktype'
import { defineStream, unchecked } from 'eventcore'
import * as v from 'valibot'
import { describe, test } from 'vitest'
import { z } from 'zod'

const fold = { initial: () => 0, apply: { Happened: (state: number) => state } }

interface Tree {
  readonly value: string
  readonly children: readonly Tree[]
}

interface DatedTree {
  readonly at: Date
  readonly children: readonly DatedTree[]
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

interface Category {
  name: string
  parent?: Category | undefined
}
const Category: z.ZodType<Category> = z.object({
  name: z.string(),
  get parent() {
    return Category.optional()
  },
})

describe('a payload that is JSON', () => {
  test('is taken, however it is built', () => {
    defineStream('ok', { ...fold, events: { Happened: unchecked<string>() } })
    defineStream('ok', { ...fold, events: { Happened: unchecked<number | null>() } })
    defineStream('ok', {
      ...fold,
      events: { Happened: unchecked<{ a?: string; b: [string, number?]; c: 'x' | { d: null } }>() },
    })
    defineStream('ok', { ...fold, events: { Happened: unchecked<Record<string, readonly number[]>>() } })
    defineStream('ok', { ...fold, events: { Happened: unchecked<{ kind: 'a'; n: number } | { kind: 'b' }>() } })
    defineStream('ok', { ...fold, events: { Happened: unchecked<{ id: string & { readonly brand: 'Id' } }>() } })
    defineStream('ok', { ...fold, events: { Happened: z.object({}) } })
    defineStream('ok', { ...fold, events: { Happened: z.json() } })
    defineStream('ok', {
      ...fold,
      events: {
        Happened: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('a') }),
          z.object({ kind: z.literal('b') }),
        ]),
      },
    })
    defineStream('ok', { ...fold, events: { Happened: z.iso.datetime().transform((text) => new Date(text)) } })
    defineStream('ok', {
      ...fold,
      events: { Happened: v.object({ a: v.nullable(v.string()), b: v.optional(v.number()) }) },
    })
    defineStream('ok', { ...fold, events: { Happened: type({ a: 'string[]', 'b?': 'number' }) } })
  })

  test('is taken when its type is recursive', () => {
    defineStream('ok', { ...fold, events: { Happened: unchecked<Tree>() } })
    defineStream('ok', { ...fold, events: { Happened: unchecked<Json>() } })
    defineStream('ok', { ...fold, events: { Happened: Category } })
  })

  test('is believed to be JSON when its type says nothing', () => {
    defineStream('ok', { ...fold, events: { Happened: unchecked<unknown>() } })
    // biome-ignore lint/suspicious/noExplicitAny: a payload whose author gave up on its type
    defineStream('ok', { ...fold, events: { Happened: unchecked<any>() } })
    defineStream('ok', {
      ...fold,
      events: { Happened: z.object({ extra: z.unknown(), more: z.record(z.string(), z.any()) }) },
    })
  })
})

describe('a payload that is not JSON', () => {
  test('is refused as a whole', () => {
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: z.date() } })
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: z.bigint() } })
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: z.map(z.string(), z.string()) } })
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: z.set(z.string()) } })
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: unchecked<symbol>() } })
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: unchecked<() => void>() } })
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: unchecked<undefined>() } })
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: unchecked<Uint8Array>() } })
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: v.date() } })
    // @ts-expect-error
    defineStream('no', { ...fold, events: { Happened: type('Date') } })
  })

  test('is refused wherever in the payload it stands', () => {
    // @ts-expect-error in an object
    defineStream('no', { ...fold, events: { Happened: z.object({ at: z.date() }) } })
    // @ts-expect-error in an optional property
    defineStream('no', { ...fold, events: { Happened: z.object({ at: z.date().optional() }) } })
    // @ts-expect-error in an array in an object
    defineStream('no', { ...fold, events: { Happened: z.object({ items: z.array(z.object({ price: z.bigint() })) }) } })
    const either = z.union([z.object({ a: z.string() }), z.object({ a: z.date() })])
    // @ts-expect-error in one branch of a union
    defineStream('no', { ...fold, events: { Happened: either } })
    // @ts-expect-error in a record
    defineStream('no', { ...fold, events: { Happened: z.record(z.string(), z.date()) } })
    // @ts-expect-error in a tuple
    defineStream('no', { ...fold, events: { Happened: z.tuple([z.string(), z.date()]) } })
    // @ts-expect-error in a recursive type
    defineStream('no', { ...fold, events: { Happened: unchecked<DatedTree>() } })
    // @ts-expect-error beside what could be anything
    defineStream('no', { ...fold, events: { Happened: z.object({ extra: z.unknown(), at: z.date() }) } })
    // @ts-expect-error a method, so a class
    defineStream('no', { ...fold, events: { Happened: unchecked<{ amount: number; plus(n: number): number }>() } })
  })

  test('is refused when undefined is more than an absent property', () => {
    // @ts-expect-error a payload that may be absent
    defineStream('no', { ...fold, events: { Happened: z.object({ a: z.string() }).optional() } })
    // @ts-expect-error an array with holes
    defineStream('no', { ...fold, events: { Happened: unchecked<{ a: (string | undefined)[] }>() } })
  })

  test('is refused for one event among many, and only there', () => {
    defineStream('no', {
      events: {
        Fine: z.object({ at: z.iso.datetime() }),
        // @ts-expect-error this one
        Wrong: z.object({ at: z.date() }),
      },
      initial: () => 0,
      apply: { Fine: (state) => state, Wrong: (state) => state },
    })
  })
})
