import type { SeededRandom } from '../../src/checker/index.ts'

/** Texts that have broken something somewhere. */
const WORDS = [
  '',
  ' ',
  '\t',
  '\n',
  '\0',
  'a\0b',
  '\u0001',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\ufeff',
  '\u2028',
  '\u202e',
  '\u200d',
  '\ufffd',
  '\ud800',
  '\udc00',
  'a\ud83d',
  '\ude00a',
  '😀',
  '👩‍👩‍👧',
  'e\u0301',
  'é',
  'İ',
  'ß',
  'ﬀ',
  '漢字',
  'אבג',
  'עברית‏',
  "'",
  '"',
  '`',
  "'; DROP TABLE eventcore_events; --",
  '\\',
  '\\0',
  '\\u0000',
  '%',
  '_',
  '%_',
  '..',
  '../..',
  '/',
  '//',
  '*',
  '?',
  '[',
  ']',
  '[a-z]',
  '[!a]',
  '{',
  '}',
  '$',
  '$' + '{a}',
  '$1',
  ':a',
  '@a',
  '#',
  ';',
  '--',
  '/*',
  '*/',
  '<a>',
  '&amp;',
  '\r\n',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'then',
  'toJSON',
  'length',
  'name',
  'null',
  'undefined',
  'NaN',
  'true',
  '0',
  '-0',
  '1',
  '01',
  '1e3',
  '1.0',
  '9007199254740993',
  '18446744073709551616',
  '0x10',
  'account/alice',
  'account/',
  '/alice',
  'a/b/c',
  'work/1:2',
  '1:2',
  '2026-11-23T00:00:00Z',
  '00000000-0000-7000-8000-000000000001',
  '00000000-0000-7000-8000-00000000000A',
  'file:///x',
  'postgres://u:p@h:1/d?sslmode=x',
  '{"a":1}',
  '[1,2]',
  '"a"',
]

/** Any code point, halves of surrogate pairs among them. */
const anyCharacter = (random: SeededRandom): string =>
  random.chance(0.7)
    ? String.fromCharCode(random.chance(0.6) ? 32 + random.below(95) : random.below(65_536))
    : String.fromCodePoint(random.below(0x110000))

/** A text of up to about `most` characters: a nasty one, several put together, or noise. */
export function nastyText(random: SeededRandom, most = 300): string {
  const dice = random.next()
  if (dice < 0.35) return random.pick(WORDS)
  if (dice < 0.6) return Array.from({ length: 1 + random.below(4) }, () => random.pick(WORDS)).join('')
  if (dice < 0.9) return Array.from({ length: random.below(12) }, () => anyCharacter(random)).join('')
  const length = dice < 0.97 ? 250 + random.below(10) : random.below(most)
  return (random.chance(0.5) ? 'a' : '😀').repeat(Math.max(0, length))
}

/** A text that is good more often than not, so that more than the first check is reached. */
export function mostlyGoodText(random: SeededRandom): string {
  return random.chance(0.5) ? `ok-${random.below(1_000)}` : nastyText(random)
}

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.1,
  1e21,
  1e-7,
  5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.EPSILON,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  Number.MAX_SAFE_INTEGER,
  0.1 + 0.2,
  1 / 3,
  123456789.12345679,
]

function nastyNumber(random: SeededRandom): number {
  if (random.chance(0.6)) return random.pick(NUMBERS)
  return (random.next() - 0.5) * 10 ** (random.below(600) - 300)
}

/** What JSON cannot hold. */
function notJson(random: SeededRandom): unknown {
  class Money {
    amount = 1
  }
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const holed: unknown[] = []
  holed[2] = 1
  return random.pick<() => unknown>([
    () => undefined,
    () => Number.NaN,
    () => Number.POSITIVE_INFINITY,
    () => 10n,
    () => Symbol('a'),
    () => () => 1,
    () => new Date(0),
    () => new Map([[1, 2]]),
    () => new Set([1]),
    () => /a/,
    () => new Money(),
    () => circle,
    () => holed,
    () => Object(1n),
    () => Object('a'),
    () => new Uint8Array(2),
    () => Promise.resolve(),
    () => ({ toJSON: () => 1 }),
    () => Object.create({ inherited: 1 }),
    () => ({ [Symbol('a')]: 1 }),
    () => [undefined],
    () => new Error('a'),
    () => Object.assign([1], { extra: 1 }),
    () =>
      Object.defineProperty({}, 'a', {
        get: () => {
          throw new Error('a getter')
        },
        enumerable: true,
      }),
  ])()
}

/** A value, of any depth: JSON mostly, and now and then something within it that JSON cannot hold. */
export function nastyValue(random: SeededRandom, badness = 0.03, depth = 0): unknown {
  if (random.chance(badness)) return notJson(random)
  const dice = random.next()
  if (depth > 5 || dice < 0.35) return nastyText(random, 2_000)
  if (dice < 0.55) return nastyNumber(random)
  if (dice < 0.65) return random.pick([true, false, null])
  if (dice < 0.8) return Array.from({ length: random.below(5) }, () => nastyValue(random, badness, depth + 1))
  if (dice < 0.805 && depth === 0) return deep(random.pick([10, 199, 200, 201, 5_000]))
  return nastyObject(random, badness, depth)
}

/** An object, as payloads of events are. */
export function nastyObject(random: SeededRandom, badness = 0.03, depth = 0): Record<string, unknown> {
  const object: Record<string, unknown> = random.chance(0.05) ? Object.create(null) : {}
  for (let keys = random.below(5); keys > 0; keys--) {
    const value = random.chance(0.05) ? undefined : nastyValue(random, badness, depth + 1)
    // As `JSON.parse` does: `__proto__` is a key like any other.
    Object.defineProperty(object, nastyText(random, 50), {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
  return object
}

function deep(levels: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value }
  return value
}

/** One small change: what damage in transit looks like. */
export function mutate(random: SeededRandom, text: string): string {
  const at = random.below(text.length + 1)
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1)
    case 1:
      return text.slice(0, at) + anyCharacter(random) + text.slice(at)
    case 2:
      return text.slice(0, at) + anyCharacter(random) + text.slice(at + 1)
    case 3:
      return text.slice(0, at)
    case 4:
      return text.slice(at) + text.slice(0, at)
    default:
      return random.chance(0.5) ? text.toUpperCase() : text + random.pick(WORDS)
  }
}
