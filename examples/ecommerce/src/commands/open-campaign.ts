import { defineCommand, reject } from 'eventcore'
import { z } from 'zod'
import { Campaign } from '../streams/coupon.ts'

export const OpenCampaign = defineCommand({
  name: 'OpenCampaign',
  input: z.object({
    campaign: z.string().regex(/^[A-Z]{2,20}$/, '2 to 20 capital letters are expected'),
    percent: z.int().min(1).max(90),
    coupons: z.int().positive().max(9_999_999),
  }),
  streams: ({ campaign }) => ({ campaign: Campaign(campaign) }),
  handle: ({ input: { percent, coupons }, campaign }) => {
    if (campaign.exists) return reject('CampaignExists')
    return campaign.emit('CampaignOpened', { percent, coupons })
  },
})
