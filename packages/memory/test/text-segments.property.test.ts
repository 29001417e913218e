import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextSegments } from '../src/text-segments.ts'

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  // Fills a segment in a few steps.
  fc.nat(3).map((n) => 'x'.repeat(n * 300_000)),
)
const steps = fc.array(
  fc.oneof(
    { arbitrary: fc.record({ add: fc.array(text, { minLength: 1, maxLength: 4 }) }), weight: 4 },
    { arbitrary: fc.constant('seal' as const), weight: 1 },
    { arbitrary: fc.record({ read: fc.nat() }), weight: 1 },
    { arbitrary: fc.record({ takeBack: fc.nat(3) }), weight: 1 },
  ),
  { maxLength: 60 },
)

interface Entry {
  readonly segment: number
  readonly at: number
  readonly texts: readonly string[]
}

function read(segments: TextSegments, { segment, at, texts }: Entry): string[] {
  let next = at
  return texts.map(({ length }) => {
    const found = segments.read(segment, next, length)
    next += length
    return found
  })
}

test('gives back each text, whenever segments are sealed, read from while open, and cut', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const segments = new TextSegments()
      const model: Entry[] = []
      for (const step of all) {
        if (step === 'seal') {
          segments.seal()
        } else if ('add' in step) {
          const segment = segments.begin()
          model.push({ segment, at: segments.at, texts: step.add })
          for (const one of step.add) segments.add(one)
        } else if ('read' in step) {
          const entry = model[step.read % model.length]
          if (entry !== undefined) expect(read(segments, entry)).toEqual(entry.texts)
        } else {
          const kept = Math.max(0, model.length - step.takeBack)
          const first = model[kept]
          model.length = kept
          if (first !== undefined) segments.truncate(first.segment, first.at)
        }
      }
      for (const entry of model) expect(read(segments, entry)).toEqual(entry.texts)
    }),
    { numRuns: 300 },
  )
})

test('a segment that is full is sealed before the next addition', () => {
  const segments = new TextSegments()
  expect([segments.begin(), segments.at]).toEqual([0, 0])
  segments.add('x'.repeat(1_000_000))
  expect([segments.begin(), segments.at]).toEqual([0, 1_000_000])
  segments.add('y'.repeat(1_000_000))
  expect([segments.begin(), segments.at]).toEqual([1, 0])
})

test('an empty text is still there when all that came after it is taken back', () => {
  const segments = new TextSegments()
  const [segment, at] = [segments.begin(), segments.at]
  segments.add('')
  const next = [segments.begin(), segments.at] as const
  segments.add('more')
  segments.truncate(...next)
  expect(segments.read(segment, at, 0)).toBe('')
})
