import { defineCommand, reject } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { CustomerId, PaymentMethodId } from '../streams/ids.ts'
import { PaymentMethod } from '../streams/payment-method.ts'

export const AddPaymentMethod = defineCommand({
  name: 'AddPaymentMethod',
  input: z.object({ paymentMethod: PaymentMethodId, customer: CustomerId, limit: Money }),
  streams: ({ paymentMethod }) => ({ method: PaymentMethod(paymentMethod) }),
  handle: ({ input: { customer, limit }, method }) => {
    if (method.exists) return reject('PaymentMethodExists')
    return method.emit('PaymentMethodAdded', { customer, limit })
  },
})
