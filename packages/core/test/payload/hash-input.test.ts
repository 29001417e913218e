import { hash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frozenCopy } from '../../src/payload/frozen-copy.ts'
import { hashInput } from '../../src/payload/hash-input.ts'

const seed = Number(process.env.EVENTCORE_SEED ?? Date.now() % 2 ** 31)

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  )
}

const inputs = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true })

test('equal inputs have equal hashes, whatever the order of their keys', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      expect(hashInput(shuffled(input))).toBe(hashInput(input))
      expect(hashInput(frozenCopy(input))).toBe(hashInput(input))
    }),
    { seed, numRuns: 1_000 },
  )
})

test('different JSON inputs have different hashes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const isSame = JSON.stringify(shuffled(shuffled(sorted(a)))) === JSON.stringify(sorted(b))
      expect(hashInput(a) === hashInput(b)).toBe(isSame)
    }),
    { seed, numRuns: 1_000 },
  )
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0 and not 0' : value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  )
}

test.each<[string, unknown, unknown]>([
  ['a text and a number', '1', 1],
  ['a number and a bigint', 1, 1n],
  ['a text and a bigint', '1n', 1n],
  ['null and undefined', null, undefined],
  ['a text and null', 'null', null],
  ['0 and -0', 0, -0],
  ['NaN and a text', Number.NaN, 'NaN'],
  ['NaN and Infinity', Number.NaN, Number.POSITIVE_INFINITY],
  ['a date and its number', new Date(5), 5],
  ['a date and its text', new Date(5), 'Date(5)'],
  ['a list and an object', [], {}],
  ['a list and a set', [1, 2], new Set([1, 2])],
  ['a map and an object', new Map([['a', 1]]), { a: 1 }],
  ['a map and a list of pairs', new Map([['a', 1]]), [['a', 1]]],
  ['a nested list and a flat one', [[1], 2], [1, [2]]],
  ['a list that continues and one that does not', ['a', 'b'], ['a,b']],
  ['0 and -0 behind a key', { a: 0 }, { a: -0 }],
  ['NaN and null behind a key', { a: Number.NaN }, { a: null }],
  ['Infinity and null behind a key', { a: Number.POSITIVE_INFINITY }, { a: null }],
  ['a date and its text behind a key', { a: new Date(5) }, { a: new Date(5).toJSON() }],
  ['keys with signs', { 'a":1,"b': 2 }, { a: 1, b: 2 }],
  ['a key __proto__ and none', JSON.parse('{"__proto__":1}'), {}],
  ['texts in other forms', 'e\u0301', 'é'],
  ['bytes and other bytes', new Uint8Array([1]), new Uint8Array([2])],
  ['bytes and a text', new Uint8Array([1]), 'AQ=='],
  ['bytes and numbers of two bytes', new Uint8Array([1, 0]), new Uint16Array([1])],
  ['an address and a text', new URL('https://a.example'), 'https://a.example/'],
])('%s have different hashes', (_what, a, b) => {
  expect(hashInput(a)).not.toBe(hashInput(b))
})

test.each<[string, unknown, unknown]>([
  ['an absent property and one that is undefined', { a: 1 }, { a: 1, b: undefined }],
  ['an object without a prototype and a plain one', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['sets in any order', new Set(['a', 'b']), new Set(['b', 'a'])],
  [
    'maps in any order',
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    new Map([
      ['b', 2],
      ['a', 1],
    ]),
  ],
  ['dates', new Date(5), new Date(5)],
  ['parts of a buffer', new Uint8Array([0, 1, 2]).subarray(1), new Uint8Array([1, 2])],
])('%s have the same hash', (_what, a, b) => {
  expect(hashInput(a)).toBe(hashInput(b))
})

test.each<[string, unknown, RegExp]>([
  ['a function', { a: () => 1 }, /function/],
  ['a symbol', [Symbol('x')], /symbol/],
  ['an instance of a class', { a: new (class Money {})() }, /Money/],
  ['a pattern', /x/, /RegExp/],
  ['what contains itself', containingItself(), /contains itself/],
])('%s cannot be hashed', (_what, input, message) => {
  expect(() => hashInput(input)).toThrow(message)
})

test('a hash is the same in every process and version', () => {
  // Stored with every commit: if this changes, every repeat of an old command is taken for another one.
  expect(hashInput({ to: 'b', from: 'a', amount: 100, note: undefined, tags: ['x', null, true] })).toBe(
    hashInput({ amount: 100, from: 'a', tags: ['x', null, true], to: 'b' }),
  )
  // In order, and not: the text that is hashed is made in two ways.
  for (const input of [
    { amount: 100, from: 'a', to: 'b' },
    { to: 'b', from: 'a', amount: 100 },
  ])
    expect(hashInput(input)).toBe('ua6h6r3Vk0ZqoZ59Df3fmc12GTvl_ATlYSl5VijzWek')
  for (const input of [
    { 10: 'x', 9: true },
    { 9: true, 10: 'x' },
  ])
    expect(hashInput(input)).toBe(hash('sha256', '{"10":"x","9":true}', 'base64url'))
  expect(hashInput(undefined)).toMatchInlineSnapshot(`"6wRdeNJzEHNIsDAMAdKbdVLWIqu8b6-Bs-xVNZqplQw"`)
})

test('what an input says of itself as JSON changes nothing', () => {
  const saying = (amount: number, toJSON: () => unknown): object =>
    Object.defineProperty({ amount }, 'toJSON', { value: toJSON, enumerable: false })
  expect(hashInput(saying(1, () => 'x'))).toBe(hashInput({ amount: 1 }))
  expect(hashInput(saying(2, () => undefined))).toBe(hashInput({ amount: 2 }))
})

function containingItself(): unknown[] {
  const loop: unknown[] = []
  loop.push(loop)
  return loop
}
