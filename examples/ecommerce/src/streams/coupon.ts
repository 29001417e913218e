import { defineStream } from 'eventcore'
import { z } from 'zod'
import { OrderId } from './ids.ts'

/** What coupons give: `campaign/SPRING`, of which `SPRING-1` to `SPRING-500` were printed. Orders only read it. */
export const Campaign = defineStream('campaign', {
  events: {
    CampaignOpened: z.object({ percent: z.int().min(1).max(90), coupons: z.int().positive() }),
    CampaignClosed: z.object({}),
  },
  initial: () => ({ percent: 0, coupons: 0 }),
  apply: {
    CampaignOpened: (_, campaign) => campaign,
    CampaignClosed: () => ({ percent: 0, coupons: 0 }),
  },
})

/**
 * The use of one coupon: `coupon-use/SPRING-17`. It does not exist before, and an order that reads it as absent commits only if
 * it still is: that is all there is to "once".
 */
export const CouponUse = defineStream('coupon-use', {
  events: { CouponUsed: z.object({ order: OrderId }) },
  initial: () => ({ order: '' }),
  apply: { CouponUsed: (_, { order }) => ({ order }) },
})
