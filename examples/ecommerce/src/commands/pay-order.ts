import { ensureVersion } from '@eventcore/hono'
import { defineCommand, ensure } from 'eventcore'
import { z } from 'zod'
import { OrderId, PaymentMethodId } from '../streams/ids.ts'
import { Order } from '../streams/order.ts'
import { PaymentMethod } from '../streams/payment-method.ts'
import { IfMatch } from './if-match.ts'

/**
 * Pays an order. By what it is paid stands in the order, so the stream of the payment method is found only after the order was
 * read; from there on it belongs to the consistency boundary: two orders cannot both spend what is left.
 */
export const PayOrder = defineCommand({
  name: 'PayOrder',
  input: z.object({
    order: OrderId,
    /** Instead of the one that the order was placed with. */
    paymentMethod: PaymentMethodId.optional(),
    ifMatch: IfMatch,
  }),
  streams: ({ order }) => ({ order: Order(order) }),
  handle: function* ({ input, order, read }) {
    yield* ensure(order.exists, 'OrderNotFound')
    yield* ensureVersion(order, input.ifMatch)
    const { status, customer, total: amount } = order.state
    yield* ensure(status === 'placed', 'OrderNotPayable', { status })
    const paymentMethod = yield* ensure(input.paymentMethod ?? order.state.paymentMethod, 'PaymentMethodMissing')
    const method = yield* read(PaymentMethod(paymentMethod))
    // Somebody else's is as good as none, and the answer does not tell which it was.
    yield* ensure(method.state.customer === customer, 'PaymentMethodUnknown')
    yield* ensure(method.state.left >= amount, 'InsufficientFunds', { left: method.state.left, amount })
    return [
      order.emit('OrderPaid', { paymentMethod, amount }),
      method.emit('PaymentTaken', { order: input.order, amount }),
    ]
  },
})
