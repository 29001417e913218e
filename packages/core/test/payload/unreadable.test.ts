import { encodeJson, PayloadError } from 'eventcore'
import { expect, test } from 'vitest'

test('a value that throws when it is read is refused as a payload, with the reason', () => {
  const value = {
    get amount(): number {
      throw new Error('not yet')
    },
  }
  expect(() => encodeJson({ value }, 'The payload')).toThrow(PayloadError)
  expect(() => encodeJson({ value }, 'The payload')).toThrow(
    'The payload cannot be stored as JSON: $ cannot be read (not yet).',
  )
})

test.each(['"', '\\', 'a\\', 'a"b', '\n', '\u001f'])(
  'the key %j is refused: JSON.parse of V8 13.6 takes such keys for one another',
  (key) => {
    expect(() => encodeJson({ a: { [key]: 1 } }, 'The payload')).toThrow(
      'has a key with a quote, a backslash or a control character, which JSON.parse may read as another key',
    )
    expect(encodeJson({ a: key }, 'The payload')).toBe(JSON.stringify({ a: key }))
  },
)
