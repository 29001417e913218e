import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { encodeJson, PAYLOAD_DEPTH_LIMIT, PAYLOAD_SIZE_LIMIT, PayloadError } from 'eventcore'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeAndCopyJson } from '../../src/payload/encode-json.ts'

const seed = Number(process.env.EVENTCORE_SEED ?? Date.now() % 2 ** 31)
const encode = (value: unknown): string => encodeJson(value, 'The payload')

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Keys that JSON must escape are refused. */
const needsNoEscape = (key: string): boolean => JSON.stringify(key) === `"${key}"`

function refusal(value: unknown): PayloadError {
  try {
    encode(value)
  } catch (error) {
    if (error instanceof PayloadError) return error
    throw error
  }
  throw new Error('it was not refused')
}

/** Equal as JSON values, down to the sign of a zero and the keys of every object. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key as keyof typeof a], b[key as keyof typeof b]))
  )
}

const deep = (levels: number, inner: unknown = 1): unknown => {
  let value = inner
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { in: value }
  return value
}

describe('what would not come back as it went is refused, with the path to it', () => {
  class Money {
    amount = 5
  }
  const loop: Record<string, unknown> = { name: 'loop' }
  loop.self = { loop }
  const holes = [1, 2, 3]
  delete holes[1]

  test.each<[string, unknown, string, RegExp]>([
    ['U+0000 in a text', { a: ['ok', 'with\0nul'] }, '$.a[1]', /U\+0000/],
    ['U+0000 in a key', { a: { 'with\0nul': 1 } }, '$.a["with\\u0000nul"]', /key .*U\+0000/],
    ['half of a surrogate pair', { a: '\ud83d' }, '$.a', /surrogate/],
    ['the other half', '\ude00', '$', /surrogate/],
    ['half of a surrogate pair in a key', { '\ud83d': 1 }, '$["\\ud83d"]', /surrogate/],
    ['NaN', { a: [Number.NaN] }, '$.a[0]', /NaN/],
    ['Infinity', [Number.POSITIVE_INFINITY], '$[0]', /Infinity/],
    ['1e400, which is Infinity', { a: Number('-1e400') }, '$.a', /-Infinity/],
    ['a bigint', { a: 1n }, '$.a', /bigint/],
    ['undefined in an array', [1, undefined], '$[1]', /undefined/],
    ['undefined', undefined, '$', /undefined/],
    ['a hole in an array', holes, '$', /holes/],
    ['an array with a property', Object.assign([1], { more: 2 }), '$', /properties of its own/],
    ['an array with a property instead of an element', Object.assign(new Array(1), { more: 2 }), '', /./],
    ['a function', { a: () => 1 }, '$.a', /function/],
    ['a symbol', { a: Symbol('x') }, '$.a', /symbol/],
    ['a symbol for a key', { [Symbol('x')]: 1 }, '$', /symbol/],
    ['a date', { at: new Date(0) }, '$.at', /Date/],
    ['an invalid date', new Date(Number.NaN), '$', /Date/],
    ['a map', new Map([[1, 2]]), '$', /Map/],
    ['a set', { a: new Set([1]) }, '$.a', /Set/],
    ['bytes', { a: new Uint8Array(2) }, '$.a', /Uint8Array/],
    ['a buffer', Buffer.from('x'), '$', /Buffer/],
    ['a pattern', /x/, '$', /RegExp/],
    ['an error', new Error('x'), '$', /Error/],
    ['a promise', Promise.resolve(1), '$', /Promise/],
    ['a boxed text', { a: new String('x') }, '$.a', /String/],
    ['an instance of a class', { a: [{ b: new Money() }] }, '$.a[0].b', /Money/],
    ['an instance of a class without a name', new (class {})(), '$', /instance/],
    ['an object that inherits properties', Object.create({ a: 1 }), '$', /instance/],
    ['an array of a class of its own', new (class Amounts extends Array<number> {})(1, 2), '$', /Amounts/],
    ['an object that contains itself', loop, `$${'.self.loop'.repeat(10)} (and 180 more levels)`, /contains itself/],
    ['nesting that is too deep', deep(PAYLOAD_DEPTH_LIMIT + 1), '', /deeper than 200/],
    ['nesting that is far too deep', deep(100_000), '', /deeper than 200/],
  ])('%s', (_what, value, path, reason) => {
    const error = refusal(value)
    expect(error).toMatchObject({ code: 'PAYLOAD_ERROR', retryable: false, name: 'PayloadError' })
    expect(error.reason).toMatch(reason)
    expect(error.message).toContain('The payload cannot be stored as JSON')
    if (path !== '') expect(error.path).toBe(path)
  })

  test('what is too large, counted in bytes', () => {
    const fits = 'é'.repeat((PAYLOAD_SIZE_LIMIT - 2) / 2)
    expect(Buffer.byteLength(encode(fits))).toBe(PAYLOAD_SIZE_LIMIT)
    expect(refusal(`${fits}x`)).toMatchObject({ path: '$' })
    expect(encode('x'.repeat(PAYLOAD_SIZE_LIMIT - 2)).length).toBe(PAYLOAD_SIZE_LIMIT)
    expect(refusal({ a: 'x'.repeat(PAYLOAD_SIZE_LIMIT) }).reason).toMatch(/1048584 bytes/)
    // Escapes count as they are stored.
    expect(refusal('"'.repeat(PAYLOAD_SIZE_LIMIT / 2)).reason).toMatch(/bytes/)
  })

  test('what is far too large is refused without being written out', () => {
    // As a tree it has 2^60 leaves.
    let value: unknown = 1
    for (let level = 0; level < 60; level++) value = [value, value]
    expect(refusal(value).reason).toMatch(/bytes|large/)
  })
})

/** With a way to be shown that no `Object.keys` lists. */
function withHidden(value: object): object {
  return Object.defineProperty(value, 'toJSON', { value: () => 'something else', enumerable: false })
}

test('an object with a hidden way to be shown is refused', () => {
  expect(refusal({ a: withHidden({ b: 1 }) })).toMatchObject({ path: '$.a' })
  expect(refusal([withHidden([1])])).toMatchObject({ path: '$[0]' })
  expect(refusal({ toJSON: () => 1 })).toMatchObject({ path: '$' })
})

describe('what comes back as it went is stored', () => {
  test.each<[string, unknown, string]>([
    ['-0', -0, '-0'],
    ['-0 inside', { a: [-0, 0], b: -0 }, '{"a":[-0,0],"b":-0}'],
    [
      '-0 beside texts, nothing and nesting',
      { t: 'x"\n', n: null, o: { z: -0 }, b: true },
      '{"t":"x\\"\\n","n":null,"o":{"z":-0},"b":true}',
    ],
    ['the largest whole number', Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['large numbers', [1e21, 1e300, 5e-324, 0.1], '[1e+21,1e+300,5e-324,0.1]'],
    ['null', null, 'null'],
    ['an empty text, list and object', ['', [], {}], '["",[],{}]'],
    ['keys in their order', { b: 1, a: 2 }, '{"b":1,"a":2}'],
    ['a key __proto__', JSON.parse('{"__proto__":{"x":1},"a":-0}'), '{"__proto__":{"x":1},"a":-0}'],
    ['a key constructor', { constructor: 1, toString: 2 }, '{"constructor":1,"toString":2}'],
    ['a key toJSON', { toJSON: 'text' }, '{"toJSON":"text"}'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['emoji, combining and astral characters', ['😀', 'e\u0301', 'é', '𝒶'], '["😀","e\u0301","é","𝒶"]'],
    ['line separators', '\u2028\u2029', '"\u2028\u2029"'],
    ['a frozen object', Object.freeze({ a: Object.freeze([1]) }), '{"a":[1]}'],
    ['a property that is undefined, as absent', { a: undefined, b: 1, c: { d: undefined } }, '{"b":1,"c":{}}'],
    ['the same object twice', ((o) => [o, o])({ a: 1 }), '[{"a":1},{"a":1}]'],
    ['nesting up to the limit', deep(PAYLOAD_DEPTH_LIMIT), JSON.stringify(deep(PAYLOAD_DEPTH_LIMIT))],
  ])('%s', (_what, value, text) => {
    expect(encode(value)).toBe(text)
  })

  test('any JSON value comes back equal, signs of zeros included', () => {
    const values = fc.anything({
      key: fc.oneof(
        fc.string({ unit: 'grapheme' }).filter(needsNoEscape),
        fc.constantFrom('__proto__', 'constructor', 'toString', ''),
      ),
      values: [
        fc.string({ unit: 'grapheme' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constantFrom(null, -0, 0),
      ],
      maxDepth: 5,
      withNullPrototype: true,
    })
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(!JSON.stringify(value).includes('\\u0000'))
        expect(same(JSON.parse(encode(value)), value)).toBe(true)
        const { text, copy } = encodeAndCopyJson(value, 'The payload')
        expect(same(copy, JSON.parse(text))).toBe(true)
        expect(sharesNothing(copy, value)).toBe(true)
      }),
      { seed, numRuns: 1_000 },
    )
  })

  test('anything at all comes back equal or is refused with a PayloadError', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
      withBoxedValues: true,
      withUnicodeString: true,
    })
    let refused = 0
    fc.assert(
      fc.property(anything, (value) => {
        let text: string
        try {
          text = encode(value)
        } catch (error) {
          expect(error).toBeInstanceOf(PayloadError)
          refused++
          return
        }
        expect(same(JSON.parse(text), withoutUndefined(value))).toBe(true)
        expect(same(encodeAndCopyJson(value, 'The payload').copy, JSON.parse(text))).toBe(true)
      }),
      { seed, numRuns: 1_000 },
    )
    expect(refused).toBeGreaterThan(100)
  })
})

/** Whether what is changed in one is not changed in the other. */
function sharesNothing(a: unknown, b: unknown): boolean {
  const parts = (value: unknown): object[] =>
    typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(parts)] : []
  const own = new Set(parts(a))
  return parts(b).every((part) => !own.has(part))
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [[key, withoutUndefined(member)]])),
  )
}

test('a payload of a few members is encoded as JSON.stringify would', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string().filter(needsNoEscape), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
      (value) => {
        fc.pre(!JSON.stringify(value).includes('\\u0000') && JSON.stringify(value).isWellFormed())
        fc.pre(!Object.values(value).some((member) => Object.is(member, -0)))
        expect(encode(value)).toBe(JSON.stringify(value))
      },
    ),
    { seed },
  )
})

test.each<[string, unknown]>([
  ['a text that may be a slice of a larger one', { note: 'x'.repeat(40), lines: [{ a: 1 }, { b: [2] }] }],
  [
    'a wide object in a small one',
    { id: 1, wide: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i])) },
  ],
  [
    'a wide object with parts that are absent',
    Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i % 3 ? [i] : undefined])),
  ],
  [
    'zeros with a sign behind a long text',
    { note: 'x'.repeat(40), zero: -0, absent: undefined, lines: [-0, { zero: -0 }] },
  ],
  ['a key __proto__ behind a long text', JSON.parse(`{"note":"${'x'.repeat(40)}","__proto__":{"a":[1]}}`)],
])('%s is copied as it comes back', (_what, value) => {
  const before = structuredClone(value)
  const { text, copy } = encodeAndCopyJson(value, 'The payload')
  expect(text).toBe(encode(value))
  expect(same(copy, JSON.parse(text))).toBe(true)
  expect(sharesNothing(copy, value)).toBe(true)
  // What was given is as it was.
  expect(same(value, before)).toBe(true)
})

test('a copy keeps no larger text alive that one of its own is a part of', async () => {
  const copies: unknown[] = []
  const heap = async (): Promise<number> => {
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = await heap()
  for (let file = 0; file < 20; file++) {
    const text = `${String(file).repeat(500_000)};a note that is long enough to be a slice`
    copies.push(encodeAndCopyJson({ note: text.split(';')[1] }, 'The payload').copy)
  }
  expect((await heap()) - before).toBeLessThan(3_000_000)
  expect(copies).toHaveLength(20)
})

test('a small payload is read once: what a getter gives later is in neither the text nor the copy', () => {
  let reads = 0
  const payload = {
    get amount() {
      return ++reads
    },
    nested: [
      {
        get amount() {
          return ++reads
        },
      },
    ],
  }
  const { text, copy } = encodeAndCopyJson(payload, { type: 'Deposited', stream: 'account/a' })
  expect(text).toBe('{"amount":1,"nested":[{"amount":2}]}')
  expect(copy).toEqual({ amount: 1, nested: [{ amount: 2 }] })
  expect(reads).toBe(2)
})
