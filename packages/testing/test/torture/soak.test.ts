import { expect, test } from 'vitest'
import { growthPerHour, type MemorySample } from '../../src/torture/soak.ts'

const samples = (heap: (minute: number) => number): MemorySample[] =>
  Array.from({ length: 30 }, (_, i) => ({
    minute: i + 1,
    commands: 0,
    events: 0,
    heapMegabytes: heap(i + 1),
    externalMegabytes: 0,
    residentMegabytes: 0,
    resources: 0,
  }))

test('a heap that grows while it warms up and then stays has no growth', () => {
  expect(growthPerHour(samples((minute) => Math.min(minute, 10)))).toBe(0)
})

test('a slow leak shows as megabytes an hour, in spite of noise', () => {
  const noise = [0.3, -0.2, 0.1, -0.3, 0.1]
  const growth = growthPerHour(samples((minute) => 20 + minute * 0.05 + (noise[minute % 5] ?? 0)))
  expect(growth).toBeGreaterThan(2.5)
  expect(growth).toBeLessThan(3.5)
})
