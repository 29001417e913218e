import { expect, test } from 'vitest'
import { runMany } from './model/run-many.ts'

test.each([
  ['on a store that always works', [0]],
  ['on a store that fails now and then', [2, 10]],
  ['on a store that fails most of the time', [30, 60]],
])('80,000 commands equal executing them one at a time, %s', { timeout: 900_000 }, async (_store, faults) => {
  const told = await runMany(4_000, faults)
  expect(told.committed).toBeGreaterThan(1_000)
})
