import type { CommandExecutor } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { AddPaymentMethod } from '../src/commands/add-payment-method.ts'
import { CancelOrder } from '../src/commands/cancel-order.ts'
import { DispatchShipment } from '../src/commands/dispatch-shipment.ts'
import { PayOrder } from '../src/commands/pay-order.ts'
import { PlaceOrder } from '../src/commands/place-order.ts'
import { StockProducts } from '../src/commands/stock-products.ts'
import { AlarmClock } from '../src/processes/alarm-clock.ts'
import { shipPaidOrders } from '../src/processes/ship-paid-orders.ts'
import { shopExecutor } from '../src/shop-executor.ts'
import type { ReadModels } from '../src/store/read-models.ts'
import type { Runner, ShopStore } from '../src/store/shop-store.ts'
import { DATABASES, emptyShop } from './fixture/empty-store.ts'

const TWO_DAYS = 2 * 86_400

/** A shop whose clock the test moves, with its processes. */
class RunningShop {
  readonly shop: ShopStore
  readonly models: ReadModels
  readonly shipping: Runner
  readonly executor: CommandExecutor
  readonly now = () => this.#now
  #now = Date.parse('2026-03-01T10:00:00Z')

  constructor(shop: ShopStore) {
    this.shop = shop
    this.models = shop.readModels()
    this.executor = this.anotherExecutor()
    this.shipping = shop.reactor(shipPaidOrders, { executor: this.executor })
  }

  anotherExecutor(): CommandExecutor {
    return shopExecutor(this.shop.events, { now: this.now })
  }

  alarm(executor = this.executor): AlarmClock {
    return new AlarmClock(this.shop.database, executor, { now: this.now })
  }

  passes(seconds: number): void {
    this.#now += seconds * 1_000
  }

  async start(): Promise<void> {
    await this.models.deadlines.prepare()
    this.models.deadlines.start()
    this.shipping.start()
    await this.executor.execute(StockProducts({ products: [{ product: 'cup', price: 100, quantity: 10 }] }))
    await this.executor.execute(AddPaymentMethod({ paymentMethod: 'card', customer: 'anna', limit: 1_000 }))
  }

  async places(order: string): Promise<void> {
    const lines = [{ product: 'cup', quantity: 2 }]
    const command = PlaceOrder({ order, customer: 'anna', lines, paymentMethod: 'card', payWithin: 60 })
    await this.models.deadlines.waitFor(await this.executor.executeOrThrow(command))
  }

  async pays(order: string): Promise<void> {
    const outcome = await this.executor.executeOrThrow(PayOrder({ order }))
    await this.shipping.waitFor(outcome)
    await this.seen()
  }

  /** Until the deadlines are those of everything that was committed. */
  async seen(): Promise<void> {
    const { events } = await this.shop.events.readFeed({ limit: 1_000 })
    const last = events.at(-1)
    if (last !== undefined) await this.models.deadlines.waitFor(last.position)
  }

  async types(stream: string): Promise<readonly string[]> {
    const events = await this.shop.events.readStream(stream, { direction: 'forwards', limit: 100 })
    return events.map(({ type }) => type)
  }

  async stop(): Promise<void> {
    await this.models.deadlines.stop()
    await this.shipping.stop()
    await this.executor.close()
  }
}

async function withShop(
  database: (typeof DATABASES)[number],
  body: (shop: RunningShop) => Promise<void>,
): Promise<void> {
  await using store = await emptyShop(database)
  const running = new RunningShop(store.shop)
  await running.start()
  try {
    await body(running)
  } finally {
    await running.stop()
  }
}

describe.each(DATABASES)('on %s', (database) => {
  const SLOW = { timeout: 120_000 }

  test('an order that is not paid in time is cancelled, once, by however many clocks', SLOW, () =>
    withShop(database, async (shop) => {
      await shop.places('o1')
      const others = [shop.anotherExecutor(), shop.anotherExecutor()]
      const clocks = [shop.alarm(), ...others.map((executor) => shop.alarm(executor))]
      shop.passes(59)
      expect(await shop.alarm().ring()).toBe(0)
      shop.passes(1)
      await Promise.all(clocks.map((clock) => clock.ring()))
      expect(await shop.types('order/o1')).toEqual(['OrderPlaced', 'OrderCancelled'])
      expect(await shop.types('stock/cup')).toEqual(['StockReceived', 'StockSold', 'StockReturned'])
      await shop.seen()
      expect(await shop.alarm().ring()).toBe(0)
      await Promise.all(others.map((executor) => executor.close()))
    }),
  )

  test('an order that was paid is shipped and never cancelled', SLOW, () =>
    withShop(database, async (shop) => {
      await shop.places('o1')
      await shop.pays('o1')
      expect(await shop.types('shipment/o1')).toEqual(['ShipmentRequested'])
      shop.passes(3_600)
      expect(await shop.alarm().ring()).toBe(0)
      expect(await shop.types('order/o1')).toEqual(['OrderPlaced', 'OrderPaid'])
    }),
  )

  test('the commands of a process name the event that led to them', SLOW, () =>
    withShop(database, async (shop) => {
      await shop.places('o1')
      await shop.pays('o1')
      const { events } = await shop.shop.events.readFeed({ limit: 100 })
      const paid = events.find(({ type }) => type === 'OrderPaid')
      const requested = events.find(({ type }) => type === 'ShipmentRequested')
      expect(requested?.commit).toMatchObject({
        commandName: 'RequestShipment',
        causationId: paid?.id,
        correlationId: paid?.commit.correlationId,
      })
    }),
  )

  test('a parcel that is not sent in time is marked, and can be sent all the same', SLOW, () =>
    withShop(database, async (shop) => {
      await shop.places('o1')
      await shop.pays('o1')
      shop.passes(TWO_DAYS)
      expect(await shop.alarm().ring()).toBe(1)
      await shop.seen()
      expect(await shop.alarm().ring()).toBe(0)
      await shop.executor.executeOrThrow(DispatchShipment({ order: 'o1', carrier: 'Snail' }))
      expect(await shop.types('shipment/o1')).toEqual(['ShipmentRequested', 'ShipmentOverdue', 'ShipmentDispatched'])
      expect(await shop.executor.execute(CancelOrder({ order: 'o1' }))).toMatchObject({ code: 'OrderShipped' })
    }),
  )

  test('an order that is cancelled after it was paid is not sent', SLOW, () =>
    withShop(database, async (shop) => {
      await shop.places('o1')
      await shop.pays('o1')
      await shop.executor.executeOrThrow(CancelOrder({ order: 'o1' }))
      expect(await shop.types('shipment/o1')).toEqual(['ShipmentRequested', 'ShipmentStopped'])
      const dispatched = await shop.executor.execute(DispatchShipment({ order: 'o1', carrier: 'Snail' }))
      expect(dispatched).toMatchObject({ code: 'NotToBeDispatched' })
      await shop.seen()
      shop.passes(TWO_DAYS)
      expect(await shop.alarm().ring()).toBe(0)
    }),
  )
})
