import { type CommandExecutor, readEvents } from 'eventcore'
import { describe, expect, test } from 'vitest'
import { CancelOrder } from '../src/commands/cancel-order.ts'
import { ImportCounts, placeInvoices, stockUp } from '../src/import/place-invoices.ts'
import { readSalesBooks } from '../src/log/read-sales-books.ts'
import { alsoBought } from '../src/read-models/bought-together.ts'
import { type CatalogueEntry, findProduct, listProducts } from '../src/read-models/catalogue.ts'
import { ordersOf } from '../src/read-models/customer-orders.ts'
import { revenueBetween } from '../src/read-models/revenue.ts'
import type { ReadDatabase } from '../src/read-models/sql.ts'
import { neededFor, sampleInvoices } from '../src/sample/sample-invoices.ts'
import { shopExecutor } from '../src/shop-executor.ts'
import { GoodsReturn } from '../src/streams/goods-return.ts'
import { Order } from '../src/streams/order.ts'
import { DATABASES, emptyShop } from './fixture/empty-store.ts'

const CANCELLED = ['read-3', 'read-5', 'read-8']

async function trade(executor: CommandExecutor): Promise<ImportCounts> {
  const invoices = [...sampleInvoices('read', 60)]
  const counts = new ImportCounts()
  await stockUp(executor, 'read', neededFor(invoices))
  await placeInvoices(executor, invoices, 16, counts)
  for (const order of CANCELLED) await executor.execute(CancelOrder({ order }))
  return counts
}

async function wholeCatalogue(database: ReadDatabase): Promise<readonly CatalogueEntry[]> {
  const all: CatalogueEntry[] = []
  for (;;) {
    const page = await listProducts(database, { search: '', from: all.at(-1)?.product ?? '', limit: 37 })
    if (page.length === 0) return all
    all.push(...page)
  }
}

describe.each(DATABASES)('on %s', (database) => {
  test('the read models say what the log says', { timeout: 120_000 }, async () => {
    await using store = await emptyShop(database)
    const { shop } = store
    const executor = shopExecutor(shop.events)
    const models = shop.readModels({ batchSize: 7 })
    for (const model of Object.values(models)) model.start()
    await trade(executor)
    const { events } = await shop.events.readFeed({ limit: 100_000 })
    const last = events.at(-1)
    if (last === undefined) throw new Error('Nothing was committed.')
    await Promise.all(Object.values(models).map((model) => model.waitFor(last.position, { timeoutMs: 30_000 })))

    const books = await readSalesBooks(shop.events)
    expect(books).toMatchObject({ oversold: 0, unequal: 0 })
    const catalogue = await wholeCatalogue(shop.database)
    expect(catalogue.map(({ product }) => product)).toEqual([...books.products.keys()].sort())
    for (const { product, onHand, sold } of catalogue)
      expect({ product, onHand, sold }).toMatchObject({
        onHand: books.products.get(product)?.onHand,
        sold: books.products.get(product)?.sold,
      })

    const expected = await recomputed(shop.events)
    expect(
      new Map(
        (await revenueBetween(shop.database, '0001-01-01', '9999-12-31')).map(({ day, revenue }) => [day, revenue]),
      ),
    ).toEqual(expected.revenue)
    for (const [customer, orders] of expected.orders) {
      const found = await ordersOf(shop.database, customer, 100)
      expect(found.map(({ order, status }) => `${order} ${status}`).sort()).toEqual(orders.sort())
    }
    for (const product of [...books.products.keys()].slice(0, 20)) {
      const found = await alsoBought(shop.database, product, 1_000)
      expect(new Map(found.map((other) => [other.product, other.orders]))).toEqual(
        expected.together.get(product) ?? new Map(),
      )
    }
    for (const model of Object.values(models)) await model.stop()
    await executor.close()
  })

  test('a search takes the signs of patterns for what they are', { timeout: 120_000 }, async () => {
    await using store = await emptyShop(database)
    const { shop } = store
    const { catalogue } = shop.readModels()
    await catalogue.prepare()
    expect(await findProduct(shop.database, 'cup')).toBeUndefined()
    for (const search of ['%', '_', '\\', "'; DROP TABLE shop_catalogue; --"])
      expect(await listProducts(shop.database, { search, from: '', limit: 10 })).toEqual([])
  })
})

/** From the events of the log, without the read models and their SQL. */
async function recomputed(store: Parameters<typeof readEvents>[0]) {
  const revenue = new Map<string, number>()
  const statuses = new Map<string, { customer: string; status: string }>()
  const together = new Map<string, Map<string, number>>()
  const book = (time: string, amount: number): void => {
    const day = time.slice(0, 10)
    revenue.set(day, (revenue.get(day) ?? 0) + amount)
  }
  const pair = (lines: readonly { product: string }[], change: number): void => {
    const products = new Set(lines.map(({ product }) => product))
    if (products.size > 30) return
    for (const product of products)
      for (const other of products) {
        if (product === other) continue
        const others = together.get(product) ?? new Map<string, number>()
        together.set(product, others)
        const count = (others.get(other) ?? 0) + change
        if (count === 0) others.delete(other)
        else others.set(other, count)
      }
  }
  for await (const event of readEvents(store, { streams: [Order, GoodsReturn] })) {
    if (event.type === 'GoodsCredited') book(event.data.creditedAt, -event.data.total)
    if (event.type === 'OrderPlaced') {
      book(event.data.placedAt, event.data.total)
      statuses.set(event.key, { customer: event.data.customer, status: 'placed' })
      pair(event.data.lines, 1)
    }
    if (event.type === 'OrderCancelled') {
      book(event.data.cancelledAt, -event.data.total)
      statuses.set(event.key, { customer: event.data.customer, status: 'cancelled' })
      pair(event.data.lines, -1)
    }
  }
  const orders = new Map<string, string[]>()
  for (const [order, { customer, status }] of statuses)
    orders.set(customer, [...(orders.get(customer) ?? []), `${order} ${status}`])
  return { revenue, orders, together }
}
