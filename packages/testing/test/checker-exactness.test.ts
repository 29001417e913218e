import { expect, test } from 'vitest'
import { compareWithReference } from './checker/exactness.ts'

test('the verdict equals enumeration of all orders, for 5,000 small histories', () => {
  const report = compareWithReference({ seed: 20261123, histories: 5_000 })
  // The comparison is worth something only if both verdicts and the classes were frequent.
  expect(report.notSerializable).toBeGreaterThan(1_000)
  expect(report.histories - report.notSerializable).toBeGreaterThan(1_000)
  expect(report.onlyByRealTime).toBeGreaterThan(100)
  for (const name of ['G0', 'G1c', 'G-single', 'G2-item', 'G0-realtime', 'G1c-realtime', 'G-single-realtime']) {
    expect(report.classes[name], name).toBeGreaterThan(10)
  }
})
