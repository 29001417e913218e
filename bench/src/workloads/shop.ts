import { defineCommand, defineStream, reject } from 'eventcore'
import { z } from 'zod'

const Quantity = z.int().positive()

const Stock = defineStream('stock', {
  events: {
    StockReceived: z.object({ quantity: Quantity }),
    StockReserved: z.object({ order: z.string(), quantity: Quantity }),
  },
  initial: () => ({ available: 0 }),
  apply: {
    StockReceived: (state, { quantity }) => ({ available: state.available + quantity }),
    StockReserved: (state, { quantity }) => ({ available: state.available - quantity }),
  },
})

const Order = defineStream('order', {
  events: {
    OrderPlaced: z.object({ lines: z.array(z.object({ sku: z.string(), quantity: Quantity })) }),
  },
  initial: () => ({ placed: false }),
  apply: { OrderPlaced: () => ({ placed: true }) },
})

/** The order and each of its products: an order of 19 lines is a command over 20 streams. */
export const PlaceOrder = defineCommand({
  name: 'PlaceOrder',
  input: z.object({ order: z.string(), lines: z.array(z.object({ sku: z.string(), quantity: Quantity })) }),
  streams: ({ order, lines }) => ({ order: Order(order), stock: Stock.many(lines.map(({ sku }) => sku)) }),
  handle: ({ input, order, stock }) => {
    if (order.state.placed) return reject('AlreadyPlaced')
    const short = input.lines.filter(({ sku, quantity }) => stock.of(sku).state.available < quantity)
    if (short.length > 0) return reject('OutOfStock', { skus: short.map(({ sku }) => sku) })
    return [
      ...input.lines.map(({ sku, quantity }) => stock.of(sku).emit('StockReserved', { order: input.order, quantity })),
      order.emit('OrderPlaced', { lines: input.lines }),
    ]
  },
})
