import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forAllOrders } from './all-orders.ts'
import { expectOneOrder, permutations } from './one-order.ts'
import { mutants, pairs, property, roundOf } from './races.ts'
import { race } from './run.ts'

/** Seeds that once were hard: they run first, for ever. With a path: the shortest race that one of the mutants loses. */
const REGRESSIONS: readonly { readonly seed: number; readonly path?: string }[] = [
  { seed: 1, path: '4:0:0:0:2:2:2:2:2:2:2:2' },
  { seed: 1, path: '50:2:5:5:4:4:4:4:4:5' },
  { seed: 1 },
  { seed: 2 },
  { seed: 3 },
]

describe('whatever the order in which calls reach the store and answers come back, some order of the commands explains all', () => {
  test.each(REGRESSIONS)('seed $seed, path $path', async (regression) => {
    await fc.assert(property(), { ...regression, numRuns: 60 })
  })

  test('a new seed', { timeout: 30_000 }, async () => {
    const met = { conflicts: 0 }
    await fc.assert(property(undefined, met), { numRuns: 300 })
    // Races in which nobody meets prove nothing.
    expect(met.conflicts).toBeGreaterThan(20)
  })
})

describe('in every order of all calls and answers of two executors', () => {
  test.each(pairs)('%s', { timeout: 30_000 }, async (_name, commands) => {
    const round = roundOf(commands)
    const orders = await forAllOrders(async (scheduler) => expectOneOrder(round, await race(round, scheduler)), 20_000)
    // Four calls and answers of each executor, at least: 8! / (4! · 4!).
    expect(orders).toBeGreaterThanOrEqual(70)
  })
})

describe('a store that is wrong is found out: it', () => {
  test.each(mutants)('%s', { timeout: 30_000 }, async (_name, breaking) => {
    const { failed, counterexample } = await fc.check(property(breaking), { seed: 1, numRuns: 2_000 })
    expect(failed).toBe(true)
    // Shrunk, as far as fast-check gets.
    expect(counterexample?.[0].racing.length).toBeLessThanOrEqual(3)
  })

  test.each(mutants)('%s, in one of all orders of two commands', { timeout: 30_000 }, async (_name, breaking) => {
    const found = await Promise.all(
      pairs.map(async ([, commands]) => {
        const round = roundOf(commands)
        const search = forAllOrders(
          async (scheduler) => expectOneOrder(round, await race(round, scheduler, breaking)),
          20_000,
        )
        return await search.then(
          () => false,
          () => true,
        )
      }),
    )
    expect(found).toContain(true)
  })
})

test('permutations are all orders', () => {
  expect(
    permutations(3)
      .map((order) => order.join(''))
      .sort(),
  ).toEqual(['012', '021', '102', '120', '201', '210'])
  expect(permutations(4)).toHaveLength(24)
})
