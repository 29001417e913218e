import { expect, test } from 'vitest'
import { compareWithReference } from './checker/exactness.ts'

test('the verdict equals enumeration of all orders, for 200,000 small histories', { timeout: 300_000 }, () => {
  const seed = Date.now()
  const report = compareWithReference({ seed, histories: 200_000 })
  expect(report.notSerializable, `seed ${seed}`).toBeGreaterThan(50_000)
  expect(report.classes['G2-item-realtime'], `seed ${seed}`).toBeGreaterThan(0)
})
