import { defineStream } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { ProductCode } from './ids.ts'

/** The prices of all products: `price-list/retail`. Orders read it and never write it; while it stands still they do not meet there. */
export const PriceList = defineStream('price-list', {
  events: {
    PricesSet: z.object({
      prices: z
        .array(z.object({ product: ProductCode, price: Money }))
        .min(1)
        .max(1_000),
    }),
  },
  // A map and not an object, where a product named "constructor" would have a price.
  initial: (): ReadonlyMap<string, number> => new Map(),
  apply: {
    PricesSet: (state, { prices }) =>
      new Map([...state, ...prices.map(({ product, price }) => [product, price] as const)]),
  },
})

/** The list that the shop sells by. */
export const RETAIL = 'retail'
