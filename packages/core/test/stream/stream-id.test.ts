import { assertStreamId, defineStream, InvalidStreamId, STREAM_ID_LIMIT, unchecked } from 'eventcore'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const Account = defineStream('account', {
  events: { Opened: unchecked<null>() },
  initial: () => 0,
  apply: { Opened: (state) => state },
})

const accepts = (id: string): boolean => {
  try {
    assertStreamId(id)
    return true
  } catch (error) {
    if (error instanceof InvalidStreamId) return false
    throw error
  }
}

/** The rule again, in the words of the original library: trimmed, not empty, at most 255 characters, none of `*?[]`. */
function isValid(id: string): boolean {
  const codePoints = Array.from(id)
  const whiteSpace = /^\p{White_Space}$/u
  const [first, last] = [codePoints[0], codePoints.at(-1)]
  return (
    first !== undefined &&
    last !== undefined &&
    !whiteSpace.test(first) &&
    !whiteSpace.test(last) &&
    codePoints.length <= 255 &&
    !codePoints.some((character) => '*?[]'.includes(character)) &&
    // What no store can hold, and no string of the original library is: U+0000 and half of a surrogate pair.
    !codePoints.some((character) => character === '\0' || /^\p{Surrogate}$/u.test(character))
  )
}

/** Text made of what the rules speak of, and of anything else. */
const text = fc.string({
  unit: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('a', 'Z', '7', '/', '-', '_', '.', 'é', 'é', '漢', '💶') },
    {
      weight: 2,
      arbitrary: fc.constantFrom(' ', '\t', '\n', '\u0085', '\u00a0', '\u2003', '\u3000', '\ufeff', '\u200b'),
    },
    { weight: 1, arbitrary: fc.constantFrom('*', '?', '[', ']', '\0', '\ud83d', '\udcb6', '%', '\\') },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) },
    { weight: 1, arbitrary: fc.integer({ min: 0x10000, max: 0x10ffff }).map((point) => String.fromCodePoint(point)) },
  ),
  maxLength: 12,
})
const longText = fc
  .tuple(fc.constantFrom('a', 'é', '漢', '💶', ' '), fc.integer({ min: 250, max: 260 }), text)
  .map(([character, length, end]) => character.repeat(length) + end)

describe('a stream id', () => {
  test('is what the original library accepts, but for U+0000 and broken surrogates', () => {
    const valid = { count: 0 }
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: longText }), (id) => {
        if (isValid(id)) valid.count++
        expect(accepts(id)).toBe(isValid(id))
      }),
      { numRuns: 5_000 },
    )
    // Neither answer comes so seldom that the property says nothing.
    expect(valid.count).toBeGreaterThan(500)
    expect(valid.count).toBeLessThan(4_500)
  })

  test.each([
    ['a', '255 of one byte'],
    ['é', '255 of two bytes'],
    ['漢', '255 of three bytes'],
    ['💶', '255 of four bytes, two UTF-16 units each'],
  ])('has at most 255 code points, whatever their bytes: %s', (character) => {
    expect(STREAM_ID_LIMIT).toBe(255)
    expect(accepts(character.repeat(255))).toBe(true)
    expect(accepts(character.repeat(256))).toBe(false)
  })

  test.each([
    ['is empty', ''],
    ['contains the character U+0000', 'a\0b'],
    ['contains half of a surrogate pair', 'a\ud83d'],
    ['contains half of a surrogate pair', '\udcb6a'],
    ['contains one of the pattern characters * ? [ ]', 'account/*'],
    ['contains one of the pattern characters * ? [ ]', 'account/a?'],
    ['contains one of the pattern characters * ? [ ]', 'a[1'],
    ['contains one of the pattern characters * ? [ ]', 'a]1'],
    ['begins or ends with white space', ' a'],
    ['begins or ends with white space', 'a\n'],
    ['begins or ends with white space', 'a\u0085'],
    ['begins or ends with white space', '\u3000a'],
    ['is 256 characters long, and 255 is the limit', '💶'.repeat(256)],
  ])('is refused when it %s', (reason, id) => {
    expect(() => assertStreamId(id)).toThrow(
      expect.objectContaining({ code: 'INVALID_STREAM_ID', retryable: false, streamId: id, reason }),
    )
    expect(() => assertStreamId(id)).toThrow(`cannot be a stream id: it ${reason}.`)
  })

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['5', 5],
    ['[object Object]', {}],
    ['Symbol(a)', Symbol('a')],
  ])('is refused when it is no text, but %s, so that lost ids do not meet in one stream', (shown, id) => {
    // As it comes from code without types, or from behind the end of a list.
    const given = id as unknown as string
    const refused = (message: string) =>
      expect.objectContaining({ code: 'INVALID_STREAM_ID', streamId: shown, message })
    for (const refer of [
      () => Account(given),
      () => Account.readOnly(given),
      () => Account.many(['alice', given]),
      () => Account.idOf(given),
    ])
      expect(refer).toThrow(refused(`${shown} cannot be the id of a stream "account": it is no text.`))
    expect(() => assertStreamId(given)).toThrow(refused(`${shown} cannot be a stream id: it is no text.`))
  })

  test.each([undefined, null, 5, {}])(
    'is none of %s: a list that was forgotten does not read nothing in silence',
    (given) => {
      for (const refer of [() => Account.many(given as never), () => Account.manyReadOnly(given as never)])
        expect(refer).toThrow(
          expect.objectContaining({
            code: 'INVALID_DEFINITION',
            message: expect.stringContaining('Give a list of ids.'),
          }),
        )
    },
  )

  test('is never a letter of one: several streams are not named by one text', () => {
    const given = 'alice' as unknown as readonly string[]
    for (const refer of [() => Account.many(given), () => Account.manyReadOnly(given)])
      expect(refer).toThrow(
        expect.objectContaining({
          code: 'INVALID_DEFINITION',
          message:
            'Several streams "account" were asked for by the text "alice". Give a list of ids: the letters of a text are none.',
        }),
      )
  })

  test.each([
    ['white space inside', 'a b'],
    ['a byte order mark, which is no white space', '\ufeffa'],
    ['a zero-width space, which is no white space either', 'a\u200b'],
    ['characters that SQL patterns use', 'a_%\\b'],
    ['quotes and slashes', `a/'b'/"c"/d`],
    ['U+FFFF', 'a\uffff'],
  ])('may have %s', (_, id) => {
    expect(accepts(id)).toBe(true)
  })

  test('is quoted in the message, a very long one in part', () => {
    expect(() => assertStreamId('a\0')).toThrow('"a\\u0000" cannot be a stream id')
    const error = (() => {
      try {
        assertStreamId('x'.repeat(100_000))
      } catch (thrown) {
        return thrown as InvalidStreamId
      }
      throw new Error('it was accepted')
    })()
    expect(error.message.length).toBeLessThan(500)
    expect(error.streamId).toHaveLength(100_000)
  })
})

describe('the id of a stream of a definition', () => {
  test('is the name, a slash and the id', () => {
    expect(Account('alice').stream).toBe('account/alice')
    expect(Account.readOnly('alice').stream).toBe('account/alice')
    expect(Account.idOf('alice')).toBe('account/alice')
    expect(Account('a/b/c').stream).toBe('account/a/b/c')
  })

  test('keeps the bytes that it was given', () => {
    const [composed, decomposed] = ['é'.normalize('NFC'), 'é'.normalize('NFD')]
    expect(Account(composed).stream).not.toBe(Account(decomposed).stream)
    expect(Account(composed).stream).toBe(`account/${composed}`)
    expect(Account.many([composed, decomposed, composed.toUpperCase()]).ids).toHaveLength(3)
  })

  test('is refused with the rules of the whole: length with the name, white space at the ends only', () => {
    const longest = 'x'.repeat(255 - 'account/'.length)
    expect(Account(longest).stream).toHaveLength(255)
    expect(() => Account(`${longest}x`)).toThrow('is 256 characters long')
    expect(() => Account('a ')).toThrow('begins or ends with white space')
    expect(Account(' a').stream).toBe('account/ a')
    expect(() => Account('a*')).toThrow(InvalidStreamId)
    expect(() => Account.readOnly('a*')).toThrow(InvalidStreamId)
    expect(() => Account.idOf('a*')).toThrow(InvalidStreamId)
    expect(() => Account.many(['fine', 'a*'])).toThrow(InvalidStreamId)
    expect(() => Account.manyReadOnly(['a*'])).toThrow(InvalidStreamId)
  })

  test('is not empty: that is an id which somebody forgot', () => {
    expect(() => Account('')).toThrow('is empty')
    expect(() => Account.many([''])).toThrow('is empty')
  })
})
