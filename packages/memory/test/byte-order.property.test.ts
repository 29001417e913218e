import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes } from '../src/byte-order.ts'

/** Well-formed text with many characters on both sides of the surrogates. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', 'é', '\ud7ff', '\ue000', '\uffee', '🧾', '\u{10ffff}'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
})

describe('byte order', () => {
  it('is the order of the UTF-8 bytes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
      { numRuns: 5_000 },
    )
  })

  it('is not the order of UTF-16 units', () => {
    expect('🧾' < '\uffee').toBe(true)
    expect(compareBytes('🧾', '\uffee')).toBeGreaterThan(0)
  })
})
