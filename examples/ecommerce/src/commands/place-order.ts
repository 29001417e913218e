import { defineCommand } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { Campaign, CouponUse } from '../streams/coupon.ts'
import {
  CouponCode,
  CustomerId,
  OrderId,
  PaymentMethodId,
  PriceListName,
  ProductCode,
  Quantity,
} from '../streams/ids.ts'
import { Order } from '../streams/order.ts'
import { PriceList, RETAIL } from '../streams/price-list.ts'
import { Stock } from '../streams/stock.ts'
import { campaignOf, decideOrder } from './decide-order.ts'
import { writeOrder } from './write-order.ts'

/** What an order is placed with beside its products. */
export const OrderTerms = z.object({
  order: OrderId,
  customer: CustomerId,
  coupon: CouponCode.optional(),
  paymentMethod: PaymentMethodId.optional(),
  /** After so many seconds an order that is not paid is cancelled. Absent: never. */
  payWithin: z.int().positive().max(31_536_000).optional(),
})

/**
 * Places an order: takes every product from its shelf and writes the order, all at once or not at all. Its consistency boundary
 * is the order, the stock of **every** product in it, the price list and, with a coupon, that coupon's use. Two orders that
 * want the last piece cannot both have it, and nothing has to be reserved or given back.
 */
export const PlaceOrder = defineCommand({
  name: 'PlaceOrder',
  input: OrderTerms.extend({
    lines: z
      .array(z.object({ product: ProductCode, quantity: Quantity, unitPrice: Money.optional() }))
      .min(1)
      .max(5_000),
    priceList: PriceListName.default(RETAIL),
    /** When it happened, for orders that come from elsewhere. Default: now. */
    placedAt: z.iso.datetime().optional(),
  }),
  streams: ({ order, lines, priceList, coupon }) => ({
    order: Order(order),
    stock: Stock.many(lines.map(({ product }) => product)),
    prices: PriceList.readOnly(priceList),
    // No coupon, no stream: a collection of none.
    campaign: Campaign.manyReadOnly(coupon === undefined ? [] : [campaignOf(coupon)]),
    couponUse: CouponUse.many(coupon === undefined ? [] : [coupon]),
  }),
  handle: function* ({ input, order, stock, prices, campaign, couponUse, now }) {
    const streams = { order, stock, prices, campaign, couponUse }
    const decided = yield* decideOrder(streams, input.lines, input.coupon)
    return writeOrder(streams, input, decided, now, input.placedAt)
  },
})
