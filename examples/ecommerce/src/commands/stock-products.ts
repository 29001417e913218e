import { defineCommand } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { ProductCode, Quantity } from '../streams/ids.ts'
import { PriceList, RETAIL } from '../streams/price-list.ts'
import { Product } from '../streams/product.ts'
import { Stock } from '../streams/stock.ts'

/** Takes a delivery in: what the products are called, what they cost from now on, how many came. What is not said stays as it is. */
export const StockProducts = defineCommand({
  name: 'StockProducts',
  input: z.object({
    products: z
      .array(
        z.object({
          product: ProductCode,
          name: z.string().trim().min(1).max(200).optional(),
          price: Money.optional(),
          quantity: Quantity.optional(),
        }),
      )
      .min(1)
      .max(1_000)
      .refine((all) => new Set(all.map(({ product }) => product)).size === all.length, 'each product once is expected'),
  }),
  streams: ({ products }) => {
    const codes = products.map(({ product }) => product)
    return { products: Product.many(codes), stock: Stock.many(codes), prices: PriceList(RETAIL) }
  },
  handle: ({ input, products, stock, prices }) => {
    const changed = input.products.flatMap(({ product, price }) =>
      price === undefined || prices.state.get(product) === price ? [] : [{ product, price }],
    )
    return [
      ...(changed.length === 0 ? [] : [prices.emit('PricesSet', { prices: changed })]),
      ...input.products.flatMap(({ product, name, quantity }) => [
        ...(name === undefined || products.of(product).state.name === name
          ? []
          : [products.of(product).emit('ProductNamed', { name })]),
        ...(quantity === undefined ? [] : [stock.of(product).emit('StockReceived', { quantity })]),
      ]),
    ]
  },
})
