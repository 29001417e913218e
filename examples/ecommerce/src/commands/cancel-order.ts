import { ensureVersion } from '@eventcore/hono'
import { defineCommand, ensure } from 'eventcore'
import { z } from 'zod'
import { OrderId } from '../streams/ids.ts'
import { Order } from '../streams/order.ts'
import { PaymentMethod } from '../streams/payment-method.ts'
import { Shipment } from '../streams/shipment.ts'
import { Stock } from '../streams/stock.ts'
import { IfMatch } from './if-match.ts'
import { quantitiesByProduct } from './line-quantities.ts'

/**
 * Cancels an order as long as its parcel has not left: gives back all its stock and, if it was paid, the money. A coupon that
 * was used stays used.
 */
export const CancelOrder = defineCommand({
  name: 'CancelOrder',
  input: z.object({
    order: OrderId,
    reason: z.enum(['customer', 'not-paid']).default('customer'),
    ifMatch: IfMatch,
  }),
  streams: ({ order }) => ({ order: Order(order), shipment: Shipment(order) }),
  discover: ({ order: { state } }) => ({
    stock: Stock.many(state.lines.map(({ product }) => product)),
    methods: PaymentMethod.many(
      state.status === 'paid' && state.paymentMethod !== undefined ? [state.paymentMethod] : [],
    ),
  }),
  handle: function* ({ input: { order: id, reason, ifMatch }, order, shipment, stock, methods, now }) {
    yield* ensure(order.exists, 'OrderNotFound')
    yield* ensureVersion(order, ifMatch)
    const { status, customer, lines, total, payBy } = order.state
    yield* ensure(status !== 'cancelled', 'OrderCancelled')
    yield* ensure(shipment.state.status !== 'dispatched', 'OrderShipped')
    // Whoever watches the clock may be late, or wrong: it is the order that says whether its time is up.
    const timeIsUp = status === 'placed' && payBy !== undefined && now.toISOString() >= payBy
    yield* ensure(reason !== 'not-paid' || timeIsUp, 'StillPayable', { payBy })
    const cancelledAt = now.toISOString()
    return [
      order.emit('OrderCancelled', { reason, customer, lines: [...lines], total, cancelledAt }),
      ...Array.from(quantitiesByProduct(lines), ([product, quantity]) =>
        stock.of(product).emit('StockReturned', { quantity, from: id }),
      ),
      ...methods.ids.map((method) => methods.of(method).emit('PaymentRefunded', { order: id, amount: total })),
      ...(shipment.exists ? [shipment.emit('ShipmentStopped', {})] : []),
    ]
  },
})
