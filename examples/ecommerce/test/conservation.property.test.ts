import { MemoryEventStore } from '@eventcore/memory'
import { type AnyRejection, type Command, readEvents, readState } from 'eventcore'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddPaymentMethod } from '../src/commands/add-payment-method.ts'
import { CancelOrder } from '../src/commands/cancel-order.ts'
import { CheckOut } from '../src/commands/check-out.ts'
import { CreditGoods } from '../src/commands/credit-goods.ts'
import { DispatchShipment } from '../src/commands/dispatch-shipment.ts'
import { OpenCampaign } from '../src/commands/open-campaign.ts'
import { PayOrder } from '../src/commands/pay-order.ts'
import { PlaceOrder } from '../src/commands/place-order.ts'
import { RequestShipment } from '../src/commands/request-shipment.ts'
import { SetCartItem } from '../src/commands/set-cart-item.ts'
import { StockProducts } from '../src/commands/stock-products.ts'
import { readSalesBooks } from '../src/log/read-sales-books.ts'
import { shopExecutor } from '../src/shop-executor.ts'
import { Order } from '../src/streams/order.ts'
import { PaymentMethod } from '../src/streams/payment-method.ts'
import { Shipment } from '../src/streams/shipment.ts'

type AnyCommand = Command<string, AnyRejection>

const PRODUCTS = ['cup', 'mug', 'jug']
const METHODS = ['card', 'gift']
const ORDERS = ['o1', 'o2', 'o3', 'o4', 'o5', 'o6']
const LIMIT = 900
const PIECES = 9

const customer = 'anna'
const product = fc.constantFrom(...PRODUCTS)
const order = fc.constantFrom(...ORDERS)
const cart = fc.constantFrom('c1', 'c2')
const paymentMethod = fc.constantFrom(...METHODS)
const coupon = fc.option(fc.constantFrom('SPRING-1', 'SPRING-2'), { nil: undefined, freq: 2 })
const quantity = fc.integer({ min: 1, max: 4 })
const lines = fc.array(fc.record({ product, quantity }), { minLength: 1, maxLength: 4 })

/** Everything that customers and the shop do, in any order. */
const command: fc.Arbitrary<AnyCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ order, lines, coupon, paymentMethod })
      .map((input) => PlaceOrder({ ...input, customer, payWithin: 60 })),
  },
  { weight: 2, arbitrary: fc.record({ cart, product, quantity }).map((input) => SetCartItem(input)) },
  { weight: 2, arbitrary: fc.record({ cart, order, coupon }).map((input) => CheckOut({ ...input, customer })) },
  { weight: 4, arbitrary: fc.record({ order, paymentMethod }).map((input) => PayOrder(input)) },
  { weight: 2, arbitrary: order.map((id) => CancelOrder({ order: id })) },
  { weight: 1, arbitrary: order.map((id) => CancelOrder({ order: id, reason: 'not-paid' })) },
  { weight: 2, arbitrary: order.map((id) => RequestShipment({ order: id })) },
  { weight: 1, arbitrary: order.map((id) => DispatchShipment({ order: id, carrier: 'Snail' })) },
  {
    weight: 1,
    arbitrary: fc.record({ id: fc.constantFrom('r1', 'r2'), product, quantity }).map(({ id, ...line }) =>
      CreditGoods({
        id,
        customer,
        lines: [{ ...line, unitPrice: 100 }],
        creditedAt: '2026-03-01T10:00:00Z',
      }),
    ),
  },
)

test('whatever is done at the same time, nothing is sold twice, spent twice or lost', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 60, size: 'max' }), async (commands) => {
      const store = new MemoryEventStore()
      // Two that know nothing of each other, as two servers.
      const executors = [shopExecutor(store), shopExecutor(store, { now: () => Date.now() + 120_000 })] as const
      const products = PRODUCTS.map((code) => ({ product: code, price: 100, quantity: PIECES }))
      await executors[0].execute(StockProducts({ products }))
      await executors[0].execute(OpenCampaign({ campaign: 'SPRING', percent: 50, coupons: 2 }))
      for (const id of METHODS)
        await executors[0].execute(AddPaymentMethod({ paymentMethod: id, customer, limit: LIMIT }))
      await Promise.all(commands.map((one, i) => executors[i % 2 === 0 ? 0 : 1].execute(one)))
      await assertConserved(store)
      await Promise.all(executors.map((executor) => executor.close()))
    }),
    { numRuns: 60 },
  )
})

async function assertConserved(store: MemoryEventStore): Promise<void> {
  const books = await readSalesBooks(store)
  expect(books).toMatchObject({ oversold: 0, unequal: 0 })
  for (const { sold, onHand } of books.products.values()) expect(onHand).toBe(PIECES - sold)

  const spent = new Map(METHODS.map((method) => [method, 0]))
  for (const id of ORDERS) {
    const { status, total, paymentMethod: method = '' } = (await readState(store, Order(id))).state
    const parcel = (await readState(store, Shipment(id))).state.status
    if (status === 'paid') spent.set(method, (spent.get(method) ?? 0) + total)
    if (status === 'cancelled') expect(['none', 'stopped']).toContain(parcel)
    if (parcel === 'dispatched') expect(status).toBe('paid')
  }
  for (const [method, sum] of spent)
    expect((await readState(store, PaymentMethod(method))).state.left).toBe(LIMIT - sum)
  for (const [method, sum] of spent) expect({ method, sum, within: sum <= LIMIT }).toMatchObject({ within: true })

  const coupons: string[] = []
  for await (const event of readEvents(store, { streams: [Order] }))
    if (event.type === 'OrderPlaced' && event.data.coupon !== undefined) coupons.push(event.data.coupon)
  expect(coupons).toHaveLength(new Set(coupons).size)
}
