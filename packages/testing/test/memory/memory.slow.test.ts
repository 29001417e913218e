import { expect, test, vi } from 'vitest'
import { measure } from './measure.ts'

vi.setConfig({ testTimeout: 3_600_000 })

const told = (figures: Readonly<Record<string, number>>, store: string): void => {
  process.stdout.write(`${store} ${JSON.stringify(figures)}\n`)
}

test.each(['sqlite:', 'postgres:'])(
  'a consumer that lags behind by a gigabyte, on a heap of 256 MB: %s',
  async (store) => {
    const figures = await measure('slow-consumer', 256, store, 100_000, 10_000)
    told(figures, store)
    expect(figures.lag).toBeGreaterThan(90_000)
    expect(figures.atRestMost).toBeLessThan(15)
    expect(figures.kept).toBeLessThan(5)
  },
)

test.each(['sqlite:', 'postgres:'])('10 MB twenty times on a heap of 256 MB: %s', async (store) => {
  const figures = await measure('large-payloads', 256, store, 20)
  told(figures, store)
  expect(figures.kept).toBeLessThan(5)
})
