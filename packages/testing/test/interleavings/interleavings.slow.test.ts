import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forAllOrders } from './all-orders.ts'
import { expectOneOrder } from './one-order.ts'
import { property, roundOf } from './races.ts'
import { type AnyCommand, race } from './run.ts'
import { Arrive, Give, Leave } from './shop.ts'

const THREE: readonly (readonly [string, readonly AnyCommand[]])[] = [
  [
    'three spend the same money',
    [
      Give({ from: 'a', to: 'b', amount: 10 }),
      Give({ from: 'a', to: 'b', amount: 6 }),
      Give({ from: 'a', to: 'b', amount: 4 }),
    ],
  ],
  [
    'two come, and only one may, and one leaves',
    [
      Arrive({ guest: 'a', unless: 'b', purse: 'a' }),
      Arrive({ guest: 'b', unless: 'a', purse: 'a' }),
      Leave({ guest: 'a' }),
    ],
  ],
]

describe('in every order of all calls and answers of three executors', () => {
  test.each(THREE)('%s', async (name, commands) => {
    const round = roundOf(commands)
    const orders = await forAllOrders(async (scheduler) => {
      await expectOneOrder(round, await race(round, scheduler))
    }, 1_000_000)
    process.stdout.write(`${name}: ${orders} orders\n`)
    expect(orders).toBeGreaterThan(10_000)
  })
})

test('20,000 random races of up to four commands', async () => {
  const met = { conflicts: 0 }
  await fc.assert(property(undefined, met), { numRuns: 20_000 })
  expect(met.conflicts).toBeGreaterThan(2_000)
})
