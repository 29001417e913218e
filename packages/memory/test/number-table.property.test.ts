import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NumberTable } from '../src/number-table.ts'

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

/** Add so many rows, all of this number and the ones after it; or keep only this part of the rows. */
const steps = fc.array(
  fc.oneof(
    fc.record({ add: fc.nat(1_500), from: int32 }),
    fc.record({ keep: fc.double({ min: 0, max: 1, noNaN: true }) }),
  ),
  { maxLength: 12 },
)

test('has the rows of a list, beyond its chunks and after some were forgotten', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), steps, (width, all) => {
      const table = new NumberTable(width)
      const model: number[][] = []
      for (const step of all) {
        if ('keep' in step) {
          model.length = Math.floor(model.length * step.keep)
          table.truncate(model.length)
        } else {
          for (let i = 0; i < step.add; i++) {
            const values = Array.from({ length: width }, (_, column) => (step.from + i * width + column) | 0)
            const row = table.add()
            expect(row).toBe(model.push(values) - 1)
            values.forEach((value, column) => void table.set(row, column, value))
          }
        }
        expect(table.length).toBe(model.length)
      }
      const rows = model.map((values, row) => values.map((_, column) => table.get(row, column)))
      expect(rows).toEqual(model)
    }),
    { numRuns: 100 },
  )
})
