import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TextTable } from '../src/text-table.ts'

/** Few different ones, so that they come again. */
const texts = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ä', '\u{1F600}', '日本'),
  fc.string({ maxLength: 3 }),
  fc.uuid({ version: 7 }),
)

const hashes: readonly [string, ((text: string) => number) | undefined][] = [
  ['its own hash', undefined],
  ['one of few values, so that texts stand far from where they belong', (text) => text.length % 3],
  ['one that is the last slots of a table, so that texts stand at its beginning', () => -1],
]

describe.each(hashes)('with %s', (_name, hash) => {
  test('finds what a Map finds, while it grows and while texts are removed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, fc.nat(9)), { maxLength: 400, size: 'max' }), (steps) => {
        const added: string[] = []
        const model = new Map<string, number>()
        const table = new TextTable((number) => added[number] as string, hash)
        for (const [text, choice] of steps) {
          expect(table.get(text)).toBe(model.get(text))
          if (!model.has(text)) {
            model.set(text, added.length)
            added.push(text)
            table.add(text, added.length - 1)
          } else if (choice > 3) {
            table.remove(text)
            model.delete(text)
          }
        }
        for (const [text, number] of model) expect(table.get(text)).toBe(number)
      }),
      { numRuns: 100 },
    )
  })

  test('what was added before a growth stays when all that came with it and after it is removed', () => {
    fc.assert(
      fc.property(fc.nat(70), fc.nat(200), fc.integer(), (before, more, seed) => {
        const names = Array.from({ length: before + more }, (_, i) => `${seed}/${i}`)
        const table = new TextTable((number) => names[number] as string, hash)
        for (const [number, name] of names.entries()) table.add(name, number)
        for (let number = names.length - 1; number >= before; number--) table.remove(names[number] as string)
        expect(names.map((name) => table.get(name))).toEqual(names.map((_, i) => (i < before ? i : undefined)))
      }),
      { numRuns: 200 },
    )
  })
})

test('likely numbers are those of the texts, where each stands in its place', () => {
  const names = ['a', 'b', 'c']
  const table = new TextTable(
    (number) => names[number] as string,
    (text) => text.charCodeAt(0),
  )
  for (const [number, name] of names.entries()) table.add(name, number)
  expect(table.likelyNumbersOf(['c', 'z', 'a'])).toEqual([2, 0])
})
