import { defineStream } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { CustomerId } from './ids.ts'
import { OrderLine } from './order.ts'

/** Goods that came back, or were credited, without the order that they belonged to: `return/C536379`. */
export const GoodsReturn = defineStream('return', {
  events: {
    GoodsCredited: z.object({
      customer: CustomerId,
      lines: z.array(OrderLine).min(1),
      total: Money,
      creditedAt: z.iso.datetime(),
    }),
  },
  initial: () => ({ credited: 0 }),
  apply: {
    GoodsCredited: (_, { total }) => ({ credited: total }),
  },
})
