import { expect, test, vi } from 'vitest'
import { measure } from './measure.ts'

// Each is a process of its own, on machines that may be busy. More of the same: memory.slow.test.ts.
vi.setConfig({ testTimeout: 120_000 })

test.each(['sqlite:', 'postgres:'])(
  'a consumer that lags behind by 60 MB costs the heap no more than the pages under way: %s',
  async (store) => {
    const { lag, atRestMost, kept } = await measure('slow-consumer', 100, store, 6_000, 10_000)
    expect(lag).toBeGreaterThan(5_000)
    // Two pages are 4 MB, whole or in the making.
    expect(atRestMost).toBeLessThan(15)
    expect(kept).toBeLessThan(5)
  },
)

test.each(['sqlite:', 'postgres:'])('10 MB go and come back as they were, and stay nowhere: %s', async (store) => {
  const { kept } = await measure('large-payloads', 256, store, 1)
  // The executor keeps the state of a stream, not its events.
  expect(kept).toBeLessThan(5)
})
