import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StreamEntry } from '../../src/executor/stream-entry.ts'
import { StreamTable } from '../../src/executor/stream-table.ts'

/** Few different ones, so that they come again, and enough that the table grows. */
const name = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'aa', 'ab', 'ba', '\0', '\0\0', 'ä', '\u{1F600}'),
  fc.nat(600).map((id) => `account/${id}`),
)

test('finds what a Map finds, while it grows and while entries come and go', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.nat(9)), { maxLength: 4_000, size: 'max' }), (steps) => {
      const table = new StreamTable()
      const model = new Map<string, StreamEntry>()
      for (const [stream, choice] of steps) {
        const place = table.placeOf(stream)
        const known = model.get(stream)
        expect(place < 0 ? undefined : table.at(place)).toBe(known)
        if (known === undefined) {
          const entry = new StreamEntry(stream)
          table.add(entry)
          model.set(stream, entry)
        } else if (choice > 3) {
          table.removeAt(place)
          model.delete(stream)
        }
        expect(table.size).toBe(model.size)
        if (choice === 9) table.bringNear([stream, ...model.keys()])
      }
      for (const [stream, entry] of model) expect(table.at(table.placeOf(stream))).toBe(entry)
      // The last ones go, in the order of their places: what had to move up is found to the end.
      while (table.size > 0) {
        const { stream } = table.at(0)
        table.removeAt(0)
        model.delete(stream)
        expect(table.placeOf(stream)).toBe(-1)
        for (const [left, entry] of model) if (table.at(table.placeOf(left)) !== entry) expect.fail(`${left} is lost`)
      }
    }),
    { numRuns: 20 },
  )
})
