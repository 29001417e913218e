import { ensureVersion } from '@eventcore/hono'
import { defineCommand, ensure } from 'eventcore'
import { Cart } from '../streams/cart.ts'
import { Campaign, CouponUse } from '../streams/coupon.ts'
import { CartId } from '../streams/ids.ts'
import { Order } from '../streams/order.ts'
import { PriceList, RETAIL } from '../streams/price-list.ts'
import { Stock } from '../streams/stock.ts'
import { campaignOf, decideOrder } from './decide-order.ts'
import { IfMatch } from './if-match.ts'
import { OrderTerms } from './place-order.ts'
import { writeOrder } from './write-order.ts'

/** Makes an order of a cart. Which products are in it is known only when the cart has been read: `discover` adds their stock. */
export const CheckOut = defineCommand({
  name: 'CheckOut',
  input: OrderTerms.extend({ cart: CartId, ifMatch: IfMatch }),
  streams: ({ cart, order, coupon }) => ({
    cart: Cart(cart),
    order: Order(order),
    prices: PriceList.readOnly(RETAIL),
    campaign: Campaign.manyReadOnly(coupon === undefined ? [] : [campaignOf(coupon)]),
    couponUse: CouponUse.many(coupon === undefined ? [] : [coupon]),
  }),
  discover: ({ cart }) => ({ stock: Stock.many(cart.state.items.map(({ product }) => product)) }),
  handle: function* ({ input, cart, order, stock, prices, campaign, couponUse, now }) {
    yield* ensureVersion(cart, input.ifMatch)
    yield* ensure(cart.state.order === undefined, 'CartCheckedOut', { order: cart.state.order })
    yield* ensure(cart.state.items.length > 0, 'CartEmpty')
    const streams = { order, stock, prices, campaign, couponUse }
    const decided = yield* decideOrder(streams, cart.state.items, input.coupon)
    return [cart.emit('CheckedOut', { order: input.order }), ...writeOrder(streams, input, decided, now)]
  },
})
