import { expect, test } from 'vitest'
import { SeededRandom } from '../../../testing/src/workload/seeded-random.ts'
import { StateCache } from '../../src/executor/state-cache.ts'
import type { StreamEntry } from '../../src/executor/stream-entry.ts'

test.each([0, 1, 10, 100])('at rest there are at most %i entries, whatever was in use at once', (limit) => {
  for (const wide of [1, 7, 50, 1_000]) {
    const cache = new StateCache(limit)
    for (let round = 0; round < 3; round++) {
      const entries = Array.from({ length: wide }, (_, index) => cache.pin(`${round}/${index}`))
      expect(cache.size).toBeGreaterThanOrEqual(wide)
      for (const entry of entries) cache.unpin(entry)
      expect(cache.size).toBeLessThanOrEqual(limit)
    }
  }
})

test('what is in use is never evicted, and found again', () => {
  const seed = 20261123
  const random = new SeededRandom(seed)
  const cache = new StateCache(5)
  const pinned: StreamEntry[] = []
  for (let step = 0; step < 3_000; step++) {
    if (random.chance(0.5) && pinned.length < 50) pinned.push(cache.pin(`${random.below(200)}`))
    else if (pinned.length > 0) {
      const [entry] = pinned.splice(random.below(pinned.length), 1)
      if (entry !== undefined) cache.unpin(entry)
    }
    const inUse = new Set(pinned)
    expect([...inUse].every((entry) => cache.peek(entry.stream) === entry)).toBe(true)
    // Bounded work per release: a few may have to wait for the next one.
    expect(cache.size).toBeLessThanOrEqual(inUse.size + 5 + 8)
  }
  for (const entry of pinned) cache.unpin(entry)
  expect(cache.size).toBeLessThanOrEqual(5)
})

test('streams of a batch under way stay', () => {
  const cache = new StateCache(1)
  const [writing, reading, idle] = ['a', 'b', 'c'].map((stream) => cache.pin(stream)) as [
    StreamEntry,
    StreamEntry,
    StreamEntry,
  ]
  writing.isBeingWritten = true
  reading.readers = 1
  for (const entry of [writing, reading, idle]) cache.unpin(entry)
  for (let index = 0; index < 100; index++) cache.unpin(cache.pin(`${index}`))
  expect(cache.peek('a')).toBe(writing)
  expect(cache.peek('b')).toBe(reading)
  expect(cache.peek('c')).toBe(undefined)
})

test('what is used again and again outlasts what was used once', () => {
  const cache = new StateCache(40)
  const hot = ['a', 'b', 'c', 'd']
  let found = 0
  for (let index = 0; index < 2_000; index++) {
    cache.unpin(cache.pin(`once/${index}`))
    const stream = hot[index % hot.length] as string
    if (cache.peek(stream) !== undefined) found++
    cache.unpin(cache.pin(stream))
  }
  expect(found).toBeGreaterThan(1_950)
})
