import type { ImportedProduct, Invoice } from '../import/invoice.ts'
import type { OrderLine } from '../streams/order.ts'
import { sampleCatalogue } from './catalogue.ts'
import { Draws } from './draws.ts'

/** Of a hundred invoices, so many have up to so many products. */
const SIZES = [
  { share: 30, products: 1 },
  { share: 35, products: 5 },
  { share: 25, products: 20 },
  { share: 8, products: 60 },
  { share: 2, products: 300 },
] as const

/** One in so many is a return. */
const RETURNS = 12

/** Orders and returns of a busy day, the same for the same seed. Popular products are in many of them. */
export function* sampleInvoices(seed: string, count: number): Generator<Invoice> {
  const catalogue = sampleCatalogue()
  const draws = new Draws(seed)
  for (let i = 0; i < count; i++) {
    const products = new Set<number>()
    for (let left = sizeOf(draws); left > 0; left--) products.add(draws.popular(catalogue.length))
    const lines = Array.from(products, (index): OrderLine => {
      const { product = '', price: unitPrice = 0 } = catalogue[index] ?? {}
      return { product, quantity: draws.between(1, 12), unitPrice }
    })
    const isReturn = draws.between(1, RETURNS) === 1
    yield {
      number: `${isReturn ? 'C' : ''}${seed}-${i}`,
      line: i + 1,
      customer: String(10_000 + draws.between(0, 199)),
      at: new Date(Date.UTC(2026, 0, 5, 8, 0, i)).toISOString(),
      sold: isReturn ? [] : lines,
      returned: isReturn ? lines.slice(0, 3) : [],
    }
  }
}

/** What has to be on the shelves for them. */
export function neededFor(invoices: Iterable<Invoice>): ReadonlyMap<string, ImportedProduct> {
  const needed = new Map<string, ImportedProduct>()
  const names = new Map(sampleCatalogue().map(({ product, name }) => [product, name]))
  for (const { sold, returned } of invoices)
    for (const { product, quantity, unitPrice } of [...sold, ...returned]) {
      const one = needed.get(product) ?? { name: names.get(product), price: unitPrice, quantity: 0 }
      one.quantity += quantity
      needed.set(product, one)
    }
  return needed
}

function sizeOf(draws: Draws): number {
  let drawn = draws.between(1, 100)
  for (const { share, products } of SIZES) {
    drawn -= share
    if (drawn <= 0) return draws.between(1, products)
  }
  return 1
}
