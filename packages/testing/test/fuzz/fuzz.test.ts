import { expect, test } from 'vitest'
import { describeFuzz, runFuzz } from './run-fuzz.ts'

// The short tier; `npm run fuzz` takes a million cases.
test('20,000 nonsensical inputs are refused, or come back as they went', { timeout: 240_000 }, async () => {
  const report = await runFuzz(20_000, Math.floor(Math.random() * 2 ** 31))
  expect(report.cases).toBeGreaterThanOrEqual(20_000)
  expect(report.failed, describeFuzz(report)).toBe(0)
  expect(report.polluted, describeFuzz(report)).toEqual([])
  for (const { name, notes } of report.targets) {
    // Each target must have seen both ends: otherwise its cases are too tame, or too wild.
    expect(notes.accepted, name).toBeGreaterThan(0)
    expect(notes.refused.size, name).toBeGreaterThan(0)
  }
})
