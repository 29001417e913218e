import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CommandIdIndex } from '../src/command-id-index.ts'

/** Ids in ascending order of their own, as one process makes them, now and then late; and ids of any kind, of one beginning too. */
const ids = fc.oneof(
  { arbitrary: fc.nat(5_000).map((n) => `0199-${String(n).padStart(6, '0')}`), weight: 1 },
  { arbitrary: fc.constant('next'), weight: 6 },
  { arbitrary: fc.string({ maxLength: 3 }), weight: 1 },
  {
    arbitrary: fc.constantFrom('', '0', '0199', '0199-', '0199-0', '\uffee', '\u{1F600}', 'costarring', 'liquid'),
    weight: 1,
  },
)

test('finds what a Map finds, while it grows and while what came last is taken back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(ids, fc.nat(9)), { maxLength: 3_000, size: 'max' }), (steps) => {
      const log: string[] = []
      const model = new Map<string, number>()
      const index = new CommandIdIndex((commit) => {
        if (commit >= log.length) throw new RangeError(`commit ${commit} is not there`)
        return log[commit] as string
      })
      let made = 0
      for (const [step, choice] of steps) {
        const id = step === 'next' ? `0199-${String(++made).padStart(6, '0')}` : step
        expect(index.get(id)).toBe(model.get(id))
        if (model.has(id)) continue
        index.add(id, log.length)
        model.set(id, log.length)
        log.push(id)
        // One, or several, the last ones first.
        for (let back = choice === 0 ? 1 : choice === 1 ? 3 : 0; back > 0 && log.length > 0; back--) {
          const last = log.at(-1) as string
          index.takeBackLast(last)
          model.delete(last)
          log.pop()
          expect(index.get(last)).toBeUndefined()
        }
      }
      for (const [id, commit] of model) expect(index.get(id)).toBe(commit)
    }),
    { numRuns: 50 },
  )
})

test('reads no id to know that one is new, when it is the greatest so far', () => {
  let reads = 0
  const index = new CommandIdIndex((commit) => {
    reads++
    return String(commit).padStart(6, '0')
  })
  for (let commit = 0; commit < 10_000; commit++) {
    const id = String(commit).padStart(6, '0')
    expect(index.get(id)).toBeUndefined()
    index.add(id, commit)
  }
  expect(reads).toBe(0)
  expect(index.get('005000')).toBe(5_000)
  expect(reads).toBeLessThanOrEqual(14)
})
