import { describe, expect, test } from 'vitest'
import { CancelOrder } from '../src/commands/cancel-order.ts'
import { CheckOut } from '../src/commands/check-out.ts'
import { CreditGoods } from '../src/commands/credit-goods.ts'
import { OpenCampaign } from '../src/commands/open-campaign.ts'
import { PayOrder } from '../src/commands/pay-order.ts'
import { PlaceOrder } from '../src/commands/place-order.ts'
import { SetCartItem } from '../src/commands/set-cart-item.ts'
import { StockProducts } from '../src/commands/stock-products.ts'
import { shopExecutor } from '../src/shop-executor.ts'
import { TestShop } from './fixture/test-shop.ts'

const anna = { customer: 'anna' }
const line = (product: string, quantity = 1) => ({ product, quantity })

describe('placing an order', () => {
  test('takes every product from its shelf, at the price of the list', async () => {
    const shop = new TestShop()
    await shop.stocks({ cup: 5, mug: 5 }, 250)
    const lines = [line('cup', 2), line('mug'), line('cup')]
    const outcome = await shop.executor.executeOrThrow(PlaceOrder({ ...anna, order: 'o1', lines }))
    expect(await shop.onHand('cup')).toBe(2)
    expect(await shop.onHand('mug')).toBe(4)
    expect(outcome.events[0]?.data).toMatchObject({ total: 1_000, lines: [{ unitPrice: 250 }, {}, {}] })
    expect(await shop.events('stock/cup')).toContain('StockSold {"quantity":3,"order":"o1"}')
    expect(outcome.streams.map(({ stream, access }) => `${stream} ${access}`)).toEqual([
      'order/o1 read-write',
      'stock/cup read-write',
      'stock/mug read-write',
      'price-list/retail read-only',
    ])
  })

  test('takes nothing when one product of many is missing', async () => {
    const shop = new TestShop()
    await shop.stocks({ cup: 5, mug: 1 })
    const lines = [line('cup', 2), line('mug', 2)]
    const outcome = await shop.executor.execute(PlaceOrder({ ...anna, order: 'o1', lines }))
    expect(outcome).toMatchObject({
      status: 'rejected',
      code: 'OutOfStock',
      detail: { product: 'mug', wanted: 2, onHand: 1 },
    })
    expect(await shop.onHand('cup')).toBe(5)
    expect(await shop.events('order/o1')).toEqual([])
  })

  test('sells the last piece once, however many want it at the same time', async () => {
    const shop = new TestShop()
    await shop.stocks({ cup: 3, mug: 100 })
    const ends = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        shop.does(PlaceOrder({ ...anna, order: `o${i}`, lines: [line('cup'), line('mug')] })),
      ),
    )
    expect(ends.filter((end) => end === 'committed')).toHaveLength(3)
    expect(ends.filter((end) => end === 'OutOfStock')).toHaveLength(17)
    expect(await shop.onHand('cup')).toBe(0)
    expect(await shop.onHand('mug')).toBe(97)
  })

  test('is refused for what has no price, a name that every object knows included', async () => {
    const shop = new TestShop()
    await shop.stocks({ cup: 5 })
    for (const product of ['saucer', 'constructor', '__proto__'])
      expect(await shop.does(PlaceOrder({ ...anna, order: 'o1', lines: [line(product)] }))).toBe('NotForSale')
  })

  test('keeps the price of its day', async () => {
    const shop = new TestShop()
    await shop.stocks({ cup: 5 }, 100)
    await shop.does(PlaceOrder({ ...anna, order: 'o1', lines: [line('cup')] }))
    await shop.does(StockProducts({ products: [{ product: 'cup', price: 900 }] }))
    await shop.hasPaymentMethod('card', 100)
    expect(await shop.does(PayOrder({ order: 'o1', paymentMethod: 'card' }))).toBe('committed')
  })

  test('is decided again when the price changes before it commits', async () => {
    const shop = new TestShop()
    await shop.stocks({ cup: 9 }, 100)
    // Another server, which has seen the old price.
    const other = shopExecutor(shop.store)
    await other.execute(PlaceOrder({ ...anna, order: 'o1', lines: [line('cup')] }))
    await shop.does(StockProducts({ products: [{ product: 'cup', price: 900 }] }))
    const outcome = await other.executeOrThrow(PlaceOrder({ ...anna, order: 'o2', lines: [line('cup')] }))
    expect(outcome).toMatchObject({ attempts: 2, events: [{ data: { total: 900 } }, {}] })
  })

  test('twice under one command id is one order', async () => {
    const shop = new TestShop()
    await shop.stocks({ cup: 5 })
    const command = PlaceOrder({ ...anna, order: 'o1', lines: [line('cup')] })
    await shop.does(command, { commandId: 'click' })
    const again = await shop.executor.execute(command, { commandId: 'click' })
    expect(again).toMatchObject({ status: 'committed', alreadyCommitted: true })
    expect(await shop.onHand('cup')).toBe(4)
    expect(await shop.does(command)).toBe('OrderExists')
  })

  test('of 600 products is one command over 602 streams', async () => {
    const shop = new TestShop()
    const codes = Array.from({ length: 600 }, (_, i) => `p${i}`)
    await shop.stocks(Object.fromEntries(codes.map((code) => [code, 1])))
    const outcome = await shop.executor.executeOrThrow(
      PlaceOrder({ ...anna, order: 'o1', lines: codes.map((code) => line(code)) }),
    )
    expect(outcome.streams).toHaveLength(602)
    expect(outcome.events).toHaveLength(601)
  })
})

describe('a coupon', () => {
  const given = async (): Promise<TestShop> => {
    const shop = new TestShop()
    await shop.stocks({ cup: 50 }, 999)
    await shop.does(OpenCampaign({ campaign: 'SPRING', percent: 10, coupons: 20 }))
    return shop
  }

  test('takes its part off, to the benefit of the shop', async () => {
    const shop = await given()
    const order = PlaceOrder({ ...anna, order: 'o1', lines: [line('cup')], coupon: 'SPRING-20' })
    const outcome = await shop.executor.executeOrThrow(order)
    expect(outcome.events[0]?.data).toMatchObject({ discount: 99, total: 900, coupon: 'SPRING-20' })
  })

  test('may be used once, however many use it at the same time', async () => {
    const shop = await given()
    const ends = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        shop.does(PlaceOrder({ ...anna, order: `o${i}`, lines: [line('cup')], coupon: 'SPRING-7' })),
      ),
    )
    expect(ends.filter((end) => end === 'committed')).toHaveLength(1)
    expect(ends.filter((end) => end === 'CouponUsed')).toHaveLength(9)
    expect(await shop.events('coupon-use/SPRING-7')).toHaveLength(1)
    expect(await shop.onHand('cup')).toBe(49)
  })

  test('that was never printed is not valid', async () => {
    const shop = await given()
    for (const coupon of ['SPRING-21', 'AUTUMN-1'])
      expect(await shop.does(PlaceOrder({ ...anna, order: 'o1', lines: [line('cup')], coupon }))).toBe('CouponNotValid')
  })
})

describe('a cart', () => {
  test('becomes an order of what is in it, once', async () => {
    const shop = new TestShop()
    await shop.stocks({ cup: 5, mug: 5 })
    for (const [product, quantity] of [
      ['cup', 1],
      ['mug', 2],
      ['cup', 3],
      ['mug', 0],
    ] as const)
      await shop.does(SetCartItem({ cart: 'c1', product, quantity }))
    const ends = await Promise.all(['o1', 'o2'].map((order) => shop.does(CheckOut({ ...anna, cart: 'c1', order }))))
    expect(ends.toSorted()).toEqual(['CartCheckedOut', 'committed'])
    expect(await shop.onHand('cup')).toBe(2)
    expect(await shop.onHand('mug')).toBe(5)
    expect(await shop.does(SetCartItem({ cart: 'c1', product: 'cup', quantity: 1 }))).toBe('CartCheckedOut')
  })

  test('that is empty becomes nothing', async () => {
    const shop = new TestShop()
    expect(await shop.does(CheckOut({ ...anna, cart: 'c1', order: 'o1' }))).toBe('CartEmpty')
  })

  test('is changed only if it stands where the visitor saw it', async () => {
    const shop = new TestShop()
    const set = (quantity: number, ifMatch: readonly number[] | '*') =>
      shop.does(SetCartItem({ cart: 'c1', product: 'cup', quantity, ifMatch: ifMatch === '*' ? '*' : [...ifMatch] }))
    expect(await set(1, '*')).toBe('PreconditionFailed')
    expect(await set(1, [0])).toBe('committed')
    expect(await set(2, [0])).toBe('PreconditionFailed')
    expect(await set(2, [0, 1])).toBe('committed')
    expect(await shop.events('cart/c1')).toHaveLength(2)
  })
})

describe('paying', () => {
  const placed = async (limit: number): Promise<TestShop> => {
    const shop = new TestShop()
    await shop.stocks({ cup: 10 }, 400)
    await shop.hasPaymentMethod('card', limit)
    for (const order of ['o1', 'o2', 'o3'])
      await shop.does(PlaceOrder({ ...anna, order, lines: [line('cup')], paymentMethod: 'card' }))
    return shop
  }

  test('finds the payment method in the order', async () => {
    const shop = await placed(400)
    const outcome = await shop.executor.executeOrThrow(PayOrder({ order: 'o1' }))
    expect(outcome.streams).toMatchObject([
      { stream: 'order/o1', found: 'declared' },
      { stream: 'payment-method/card', found: 'read', access: 'read-write' },
    ])
    expect(await shop.does(PayOrder({ order: 'o1' }))).toBe('OrderNotPayable')
  })

  test('never spends more than is left, however many orders are paid at the same time', async () => {
    const shop = await placed(900)
    const ends = await Promise.all(['o1', 'o2', 'o3'].map((order) => shop.does(PayOrder({ order }))))
    expect(ends.toSorted()).toEqual(['InsufficientFunds', 'committed', 'committed'])
  })

  test("with somebody else's method is refused as if there were none", async () => {
    const shop = await placed(900)
    await shop.hasPaymentMethod('other', 900, 'bert')
    for (const paymentMethod of ['other', 'nobody'])
      expect(await shop.does(PayOrder({ order: 'o1', paymentMethod }))).toBe('PaymentMethodUnknown')
  })
})

describe('cancelling', () => {
  test('gives all stock back, and the money', async () => {
    const shop = new TestShop()
    await shop.stocks({ cup: 5, mug: 5 }, 100)
    await shop.hasPaymentMethod('card', 300)
    const lines = [line('cup', 2), line('mug')]
    await shop.does(PlaceOrder({ ...anna, order: 'o1', lines, paymentMethod: 'card' }))
    await shop.does(PayOrder({ order: 'o1' }))
    expect(await shop.does(CancelOrder({ order: 'o1' }))).toBe('committed')
    expect(await shop.onHand('cup')).toBe(5)
    expect(await shop.onHand('mug')).toBe(5)
    expect((await shop.events('payment-method/card')).at(-1)).toBe('PaymentRefunded {"order":"o1","amount":300}')
    expect(await shop.does(CancelOrder({ order: 'o1' }))).toBe('OrderCancelled')
    expect(await shop.onHand('cup')).toBe(5)
  })

  test('and paying at the same time end in one of the two', async () => {
    for (let round = 0; round < 10; round++) {
      const shop = new TestShop()
      await shop.stocks({ cup: 5 }, 100)
      await shop.hasPaymentMethod('card', 100)
      await shop.does(PlaceOrder({ ...anna, order: 'o1', lines: [line('cup')], paymentMethod: 'card' }))
      const commands = [PayOrder({ order: 'o1' }), CancelOrder({ order: 'o1' })]
      await Promise.all((round % 2 === 0 ? commands : commands.toReversed()).map((command) => shop.does(command)))
      const methodEvents = (await shop.events('payment-method/card')).map((event) => event.split(' ')[0])
      const orderEvents = (await shop.events('order/o1')).map((event) => event.split(' ')[0])
      // Whichever came first: what was taken was given back, and the goods are on the shelf.
      expect(methodEvents.includes('PaymentTaken')).toBe(orderEvents.includes('OrderPaid'))
      expect(methodEvents.includes('PaymentRefunded')).toBe(orderEvents.includes('OrderPaid'))
      expect(await shop.onHand('cup')).toBe(5)
    }
  })
})

test('goods that come back without their order are put on the shelf, once', async () => {
  const shop = new TestShop()
  await shop.stocks({ cup: 5 })
  const credit = CreditGoods({
    id: 'C1',
    ...anna,
    creditedAt: '2026-03-01T10:00:00Z',
    lines: [
      { ...line('cup', 2), unitPrice: 100 },
      { ...line('discount'), unitPrice: 30 },
    ],
  })
  expect(await shop.does(credit)).toBe('committed')
  expect(await shop.does(credit)).toBe('ReturnExists')
  expect(await shop.onHand('cup')).toBe(7)
  expect((await shop.events('return/C1'))[0]).toContain('"total":230')
})
