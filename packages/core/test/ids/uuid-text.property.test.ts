import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type UuidBytes, uuidText } from '../../src/ids/uuid-text.ts'

test('is what any other way to write a UUID gives', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const text = Buffer.from(bytes)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
      expect(uuidText(bytes as unknown as UuidBytes)).toBe(text)
    }),
  )
})
