import { defineStream } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { CustomerId, OrderId } from './ids.ts'

/** How a customer pays: `payment-method/0198…`. A gift card, an account with a limit: what is left of it is all that we know. */
export const PaymentMethod = defineStream('payment-method', {
  events: {
    PaymentMethodAdded: z.object({ customer: CustomerId, limit: Money }),
    PaymentTaken: z.object({ order: OrderId, amount: Money }),
    PaymentRefunded: z.object({ order: OrderId, amount: Money }),
  },
  initial: () => ({ customer: '', left: 0 }),
  apply: {
    PaymentMethodAdded: (_, { customer, limit }) => ({ customer, left: limit }),
    PaymentTaken: (state, { amount }) => ({ ...state, left: state.left - amount }),
    PaymentRefunded: (state, { amount }) => ({ ...state, left: state.left + amount }),
  },
})
