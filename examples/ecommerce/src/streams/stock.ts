import { defineStream } from 'eventcore'
import { z } from 'zod'
import { Quantity } from './ids.ts'

/** What lies on the shelf of one product: `stock/85123A`. Popular products are hot streams: a good part of all orders writes them. */
export const Stock = defineStream('stock', {
  events: {
    StockReceived: z.object({ quantity: Quantity }),
    StockSold: z.object({ quantity: Quantity, order: z.string() }),
    /** An order was cancelled, or goods came back. */
    StockReturned: z.object({ quantity: Quantity, from: z.string() }),
  },
  initial: () => ({ onHand: 0 }),
  apply: {
    StockReceived: ({ onHand }, { quantity }) => ({ onHand: onHand + quantity }),
    StockSold: ({ onHand }, { quantity }) => ({ onHand: onHand - quantity }),
    StockReturned: ({ onHand }, { quantity }) => ({ onHand: onHand + quantity }),
  },
})
