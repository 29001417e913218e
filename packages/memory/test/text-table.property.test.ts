import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextTable } from '../src/text-table.ts'

/** Few different ones, so that they come again, and pairs of one hash: FNV-1a of these two is equal. */
const ids = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'costarring', 'liquid', 'ä', '\u{1F600}', '日本'),
  fc.string({ maxLength: 3 }),
  fc.uuid({ version: 7 }),
)

test('finds what a Map finds, while it grows and while the last entry is taken back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(ids, fc.nat(9)), { maxLength: 3_000, size: 'max' }), (steps) => {
      const log: string[] = []
      const model = new Map<string, number>()
      const index = new TextTable((start) => log[start] as string)
      for (const [id, choice] of steps) {
        expect(index.get(id)).toBe(model.get(id))
        if (model.has(id)) continue
        index.add(id, log.length)
        model.set(id, log.length)
        log.push(id)
        if (choice > 0) continue
        index.takeBackLast(id)
        model.delete(id)
        log.pop()
      }
      for (const [id, start] of model) expect(index.get(id)).toBe(start)
    }),
    { numRuns: 50 },
  )
})

test('ids of one hash are told apart by their texts', () => {
  const log = ['costarring', 'liquid']
  const index = new TextTable((start) => log[start] as string)
  index.add('costarring', 0)
  expect(index.get('liquid')).toBeUndefined()
  index.add('liquid', 1)
  expect([index.get('costarring'), index.get('liquid')]).toEqual([0, 1])
})
