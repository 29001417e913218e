import { assertStreamId, compileStreamPattern, InvalidStreamPattern } from 'eventcore'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const matches = (pattern: string, id: string): boolean => {
  const compiled = compileStreamPattern(pattern)
  const matched = compiled.test(id)
  // Databases match by the source: both must say the same.
  expect(new RegExp(compiled.source, 'su').test(id)).toBe(matched)
  return matched
}

/** A pattern as a list of what may stand there, matched by trying everything. */
type Token = { readonly any: true } | { readonly one: (character: string) => boolean }

function matchesNaively(tokens: readonly Token[], characters: readonly string[]): boolean {
  const [token, ...rest] = tokens
  if (token === undefined) return characters.length === 0
  if ('any' in token)
    return characters.some((_, i) => matchesNaively(rest, characters.slice(i))) || matchesNaively(rest, [])
  const [character, ...others] = characters
  return character !== undefined && token.one(character) && matchesNaively(rest, others)
}

/** Few characters, so that patterns match often; one of them of two UTF-16 units, one that regular expressions escape. */
const character = fc.constantFrom('a', 'b', 'c', '/', '-', '.', '!', '^', '💶')

const classMember = fc.oneof(
  // A `-` comes first or last only, where it stands for itself: elsewhere it would make a range of its neighbours.
  fc.constantFrom('a', 'b', 'c', '/', '.', '^', '💶').map((one) => ({ text: one, has: (c: string) => c === one })),
  fc
    .tuple(fc.constantFrom('a', 'b', 'c', '💶'), fc.constantFrom('a', 'b', 'c', '💶'))
    .map(([x, y]) => (order(x) <= order(y) ? [x, y] : [y, x]) as [string, string])
    .map(([from, to]) => ({
      text: `${from}-${to}`,
      has: (c: string) => order(from) <= order(c) && order(c) <= order(to),
    })),
)
const order = (one: string): number => one.codePointAt(0) as number

const part: fc.Arbitrary<{ readonly text: string; readonly token: Token }> = fc.oneof(
  { weight: 6, arbitrary: character.map((one) => ({ text: one, token: { one: (c: string) => c === one } })) },
  { weight: 3, arbitrary: fc.constant({ text: '*', token: { any: true } as const }) },
  { weight: 2, arbitrary: fc.constant({ text: '?', token: { one: () => true } }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.boolean(), fc.boolean(), fc.array(classMember, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([negated, bracket, members, dash]) => {
        const text = `[${negated ? '!' : ''}${bracket ? ']' : ''}${members.map((member) => member.text).join('')}${dash ? '-' : ''}]`
        const has = (c: string): boolean =>
          (bracket && c === ']') || (dash && c === '-') || members.some((member) => member.has(c))
        return { text, token: { one: (c: string) => has(c) !== negated } }
      }),
  },
)

describe('a stream pattern', () => {
  test('matches as one that tries everything', () => {
    const matched = { count: 0 }
    const pattern = fc.array(part, { minLength: 1, maxLength: 8 })
    const id = fc.array(character, { maxLength: 8 })
    fc.assert(
      fc.property(pattern, id, (parts, characters) => {
        const tokens = parts.map(({ token }) => token)
        const expected = matchesNaively(tokens, characters)
        if (expected) matched.count++
        expect(matches(parts.map(({ text }) => text).join(''), characters.join(''))).toBe(expected)
      }),
      { numRuns: 5_000 },
    )
    expect(matched.count).toBeGreaterThan(200)
  })

  test('without pattern characters matches the id that it is', () => {
    const id = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .filter((text) => !/[*?[\]\0]/.test(text) && text.isWellFormed())
    fc.assert(
      fc.property(id, id, (one, other) => {
        expect(matches(one, one)).toBe(true)
        expect(matches(one, other)).toBe(one === other)
      }),
    )
  })

  test.each([
    ['account/*', 'account/alice', true],
    ['account/*', 'account/', true],
    ['account/*', 'accounts/alice', false],
    ['account/*', 'my-account/alice', false],
    // `*` crosses slashes, as in the original library.
    ['account/*', 'account/eu/alice', true],
    ['*/alice', 'account/eu/alice', true],
    ['*', 'anything/at all\n', true],
    ['a**b', 'ab', true],
    ['account/?', 'account/a', true],
    ['account/?', 'account/', false],
    ['account/?', 'account/ab', false],
    ['account?alice', 'account/alice', true],
    // One character is one code point.
    ['account/?', 'account/💶', true],
    ['account/??', 'account/💶', false],
    // Two code points that look like one character.
    ['account/?', `account/${'é'.normalize('NFD')}`, false],
    ['account/?', `account/${'é'.normalize('NFC')}`, true],
    // Byte by byte: no case folding, no normalisation.
    ['Account/*', 'account/alice', false],
    [`${'é'.normalize('NFC')}*`, 'é'.normalize('NFD'), false],
    ['account/[0-9]*', 'account/7up', true],
    ['account/[0-9]*', 'account/up7', false],
    ['account/[!0-9]*', 'account/up7', true],
    ['account/[!0-9]*', 'account/7up', false],
    ['account/[!0-9]', 'account/', false],
    ['[abc]', 'b', true],
    ['[abc]', 'd', false],
    ['[a-cx-z]', 'y', true],
    ['[a-cx-z]', 'm', false],
    ['[💶-💸]', '💷', true],
    // A range ends where it ends: what follows is a dash.
    ['[a-c-e]', '-', true],
    ['[a-c-e]', 'd', false],
    // `]` comes first, `-` first or last; `^` and `!` elsewhere are themselves.
    ['[]]', ']', true],
    ['[]a]', 'a', true],
    ['[!]]', ']', false],
    ['[!]]', 'a', true],
    ['[-a]', '-', true],
    ['[a-]', '-', true],
    ['[a-]', 'b', false],
    ['[!-a]', '-', false],
    ['[^a]', '^', true],
    ['[^a]', 'b', false],
    ['[a!]', '!', true],
    ['[[]', '[', true],
    ['[*?]', '*', true],
    ['[*?]', 'a', false],
    // There is nothing else that is special: neither escapes nor braces nor SQL.
    ['a\\*', 'a\\b', true],
    ['{a,b}', 'a', false],
    ['{a,b}', '{a,b}', true],
    ['a.c', 'abc', false],
    ['a_c', 'abc', false],
    ['a%', 'abc', false],
    ['a+', 'aa', false],
    ['(a|b)', 'a', false],
    ['$&', '$&', true],
    ['a-b', 'a-b', true],
    ['[a\\]', '\\', true],
  ])('%j matches %j: %s', (pattern, id, expected) => {
    expect(matches(pattern, id)).toBe(expected)
  })

  test.each([
    ['is empty', ''],
    ['contains the character U+0000', 'a\0'],
    ['contains half of a surrogate pair', 'a\ud83d'],
    ['is longer than 255 characters', '💶'.repeat(256)],
    ['has a "[" without its "]"', 'account/[0-9'],
    ['has a "[" without its "]"', '[]'],
    ['has a "[" without its "]"', '[!]'],
    ['has the class range z-a the wrong way round', '[z-a]'],
  ])('is refused when it %s', (reason, pattern) => {
    expect(() => compileStreamPattern(pattern)).toThrow(InvalidStreamPattern)
    expect(() => compileStreamPattern(pattern)).toThrow(
      expect.objectContaining({ code: 'INVALID_STREAM_PATTERN', retryable: false, pattern }),
    )
    expect(() => compileStreamPattern(pattern)).toThrow(`cannot be a stream pattern: it ${reason}.`)
  })

  test('of the greatest length is taken', () => {
    expect(matches('💶'.repeat(255), '💶'.repeat(255))).toBe(true)
  })

  test('with many `*` is decided step by step, not by trying every way to share out the characters', () => {
    const pattern = compileStreamPattern(`${'*a'.repeat(100)}*b`)
    const id = 'a'.repeat(255)
    assertStreamId(id)
    // Tried every way, this alone would take longer than the age of the universe.
    expect(pattern.test(id)).toBe(false)
    expect(pattern.test(`${id.slice(1)}b`)).toBe(true)
  })
})
