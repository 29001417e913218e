import { defineStream } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { CouponCode, CustomerId, PaymentMethodId, ProductCode, Quantity } from './ids.ts'

/** A product as it was sold. The price is the one of that day, whatever the price list says later. */
export const OrderLine = z.object({ product: ProductCode, quantity: Quantity, unitPrice: Money })
export type OrderLine = z.infer<typeof OrderLine>

const Placed = z.object({
  customer: CustomerId,
  lines: z.array(OrderLine).min(1),
  /** What a coupon took off. */
  discount: Money,
  /** Of the lines, less the discount. */
  total: Money,
  placedAt: z.iso.datetime(),
  coupon: CouponCode.optional(),
  paymentMethod: PaymentMethodId.optional(),
  /** Not paid by then: cancelled. Absent where payment is not our business. */
  payBy: z.iso.datetime().optional(),
})

export type OrderStatus = 'none' | 'placed' | 'paid' | 'cancelled'

export interface OrderState {
  readonly status: OrderStatus
  readonly customer: string
  readonly lines: readonly OrderLine[]
  readonly total: number
  readonly paymentMethod: string | undefined
  readonly payBy: string | undefined
}

/** One order: `order/0198…`. */
export const Order = defineStream('order', {
  events: {
    OrderPlaced: Placed,
    OrderPaid: z.object({ paymentMethod: PaymentMethodId, amount: Money }),
    OrderCancelled: z.object({
      reason: z.enum(['customer', 'not-paid']),
      /** Once more what was placed, so that who counts revenue need not look back. */
      customer: CustomerId,
      lines: z.array(OrderLine).min(1),
      total: Money,
      cancelledAt: z.iso.datetime(),
    }),
  },
  initial: (): OrderState => ({
    status: 'none',
    customer: '',
    lines: [],
    total: 0,
    paymentMethod: undefined,
    payBy: undefined,
  }),
  apply: {
    OrderPlaced: (_, { customer, lines, total, paymentMethod, payBy }): OrderState => ({
      status: 'placed',
      customer,
      lines,
      total,
      paymentMethod,
      payBy,
    }),
    OrderPaid: (state, { paymentMethod }) => ({ ...state, status: 'paid', paymentMethod }),
    OrderCancelled: (state) => ({ ...state, status: 'cancelled' }),
  },
})
