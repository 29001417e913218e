import fc from 'fast-check'
import { expect, test } from 'vitest'
import { property } from './races.ts'

test('20,000 random races of up to four commands on up to three executors', async () => {
  const met = { conflicts: 0 }
  await fc.assert(property(undefined, met), { numRuns: 20_000 })
  expect(met.conflicts).toBeGreaterThan(2_000)
})
