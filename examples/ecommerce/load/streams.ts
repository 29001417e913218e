// How long an order takes by the number of products in it, and so of streams in its consistency boundary, for one process and for
// two that write the same stock:  node --conditions=eventcore-source load/streams.ts [--store URL] [--seconds 5]
import { parseArgs } from 'node:util'
import type { CommandExecutor, RetryInfo } from 'eventcore'
import { PlaceOrder } from '../src/commands/place-order.ts'
import { StockProducts } from '../src/commands/stock-products.ts'
import { inParallel } from '../src/import/in-parallel.ts'
import { readSalesBooks } from '../src/log/read-sales-books.ts'
import { Draws } from '../src/sample/draws.ts'
import { shopExecutor } from '../src/shop-executor.ts'
import { openShop, parseStoreUrl } from '../src/store/open-shop.ts'
import type { ShopStore } from '../src/store/shop-store.ts'
import { percentile } from './percentiles.ts'
import { databaseFor } from './test-database.ts'

const { values } = parseArgs({
  options: {
    store: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    'at-once': { type: 'string', default: '32' },
  },
})
const SIZES = [1, 5, 20, 100, 500]
const PRODUCTS = 2_000
const AT_ONCE = Number(values['at-once'])
const MILLISECONDS = Number(values.seconds) * 1_000

await using database = await databaseFor(values.store)
const url = parseStoreUrl(database.url)
// Two stores, two executors: what one of them knows, the other does not, as two processes.
const shops = [await openShop(url), await openShop(url)]
const counts = { conflicts: 0 }
const onRetry = ({ reason }: RetryInfo): void => {
  if (reason === 'conflict') counts.conflicts++
}
const executors = shops.map(({ events }) => shopExecutor(events, { onRetry, timeoutMs: 60_000, maxAttempts: 100 }))
const [first] = executors
if (first === undefined) throw new Error('There are two.')
await stockUp(first)

console.log(`${shops[0]?.events.kind}, ${PRODUCTS} products, ${AT_ONCE} orders at once in each process`)
console.log(
  'processes  products  orders/s  events/s  p50 ms  p95 ms  CPU ms/order  alone p50  alone p95  conflicts/order',
)
for (const processes of [1, 2])
  for (const products of SIZES) {
    const alone = processes === 1 ? await measure([first], products, 1) : undefined
    const many = await measure(executors.slice(0, processes), products, AT_ONCE)
    const row = [
      String(processes).padStart(9),
      String(products).padStart(8),
      many.perSecond.toFixed(0).padStart(8),
      (many.perSecond * (products + 1)).toFixed(0).padStart(8),
      many.p50.toFixed(2).padStart(6),
      many.p95.toFixed(2).padStart(6),
      many.cpu.toFixed(2).padStart(12),
      (alone?.p50.toFixed(2) ?? '').padStart(9),
      (alone?.p95.toFixed(2) ?? '').padStart(9),
      many.conflicts.toFixed(3).padStart(15),
    ]
    console.log(row.join('  '))
  }
await prove(shops)
for (const executor of executors) await executor.close()
for (const shop of shops) await shop.close()

async function stockUp(executor: CommandExecutor): Promise<void> {
  for (let from = 0; from < PRODUCTS; from += 200) {
    const products = Array.from({ length: 200 }, (_, i) => ({
      product: `p${from + i}`,
      price: 100,
      quantity: 1_000_000,
    }))
    await executor.execute(StockProducts({ products }))
  }
}

async function measure(all: readonly CommandExecutor[], size: number, atOnce: number) {
  const times: number[] = []
  counts.conflicts = 0
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await Promise.all(
    all.map((executor, number) =>
      inParallel(orders(size, `${begun}-${number}`, begun), atOnce, async (lines) => {
        const order = executor.store.newId()
        const sent = performance.now()
        await executor.executeOrThrow(PlaceOrder({ order, customer: 'load', lines: [...lines] }))
        times.push(performance.now() - sent)
      }),
    ),
  )
  const seconds = (performance.now() - begun) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  return {
    cpu: (user + system) / 1_000 / times.length,
    perSecond: times.length / seconds,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    conflicts: counts.conflicts / times.length,
  }
}

/** Orders of so many products, popular ones more often, until the time is up. */
function* orders(size: number, seed: string, begun: number) {
  const draws = new Draws(seed)
  while (performance.now() - begun < MILLISECONDS) {
    const products = new Set<number>()
    while (products.size < size) products.add(draws.popular(PRODUCTS))
    yield Array.from(products, (product) => ({ product: `p${product}`, quantity: draws.between(1, 3) }))
  }
}

async function prove([shop]: readonly ShopStore[]): Promise<void> {
  if (shop === undefined) return
  const { oversold, unequal, events } = await readSalesBooks(shop.events)
  console.log(`${events} events: ${oversold} products oversold, ${unequal} of which orders and stock differ`)
  if (oversold + unequal > 0) process.exitCode = 1
}
