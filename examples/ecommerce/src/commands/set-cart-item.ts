import { ensureVersion } from '@eventcore/hono'
import { defineCommand, ensure } from 'eventcore'
import { z } from 'zod'
import { Cart } from '../streams/cart.ts'
import { CartId, ProductCode } from '../streams/ids.ts'
import { IfMatch } from './if-match.ts'

/** A cart is for people: more products than this are an order, placed without one. */
const MOST_PRODUCTS = 100

/** Puts so many pieces of a product into a cart; 0 takes it out. Whether they are in stock is asked when the order is placed. */
export const SetCartItem = defineCommand({
  name: 'SetCartItem',
  input: z.object({
    cart: CartId,
    product: ProductCode,
    quantity: z.int().nonnegative().max(10_000),
    ifMatch: IfMatch,
  }),
  streams: ({ cart }) => ({ cart: Cart(cart) }),
  handle: function* ({ input: { product, quantity, ifMatch }, cart }) {
    yield* ensureVersion(cart, ifMatch)
    const { items, order } = cart.state
    yield* ensure(order === undefined, 'CartCheckedOut', { order })
    const inside = items.find((item) => item.product === product)?.quantity ?? 0
    // It is as the visitor wants it: a decision to write nothing.
    if (inside === quantity) return []
    if (quantity === 0) return cart.emit('ItemRemoved', { product })
    yield* ensure(inside > 0 || items.length < MOST_PRODUCTS, 'CartFull', { most: MOST_PRODUCTS })
    return cart.emit('ItemSet', { product, quantity })
  },
})
