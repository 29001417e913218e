import { entityTag, ifMatch, isNotModified, rejected } from '@eventcore/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { readState } from 'eventcore'
import { CheckOut } from '../../commands/check-out.ts'
import { OrderTerms } from '../../commands/place-order.ts'
import { SetCartItem } from '../../commands/set-cart-item.ts'
import { Cart } from '../../streams/cart.ts'
import { CartId, OrderId, ProductCode, Quantity } from '../../streams/ids.ts'
import { run, type ShopContext } from '../context.ts'
import { orderIdOf } from '../order-id.ts'
import { ORDER_STATUSES } from '../order-statuses.ts'
import { Accepted, accepted, body, json, Ordered, problems } from '../schemas.ts'

const CartBody = z
  .object({
    cart: CartId,
    items: z.array(z.object({ product: ProductCode, quantity: Quantity })),
    order: OrderId.optional(),
  })
  .openapi('Cart')

const show = createRoute({
  method: 'get',
  path: '/carts/{cart}',
  summary: 'A cart, with its version as entity tag. One that nobody has used yet is empty',
  request: { params: z.object({ cart: CartId }) },
  responses: { 200: json('The cart', CartBody), 304: { description: 'The client has it.' }, ...problems(400, 503) },
})

const set = createRoute({
  method: 'put',
  path: '/carts/{cart}/items/{product}',
  summary:
    'Puts so many pieces of a product into a cart; 0 takes it out. With If-Match: only into the cart that was seen',
  request: {
    params: z.object({ cart: CartId, product: ProductCode }),
    ...body(z.strictObject({ quantity: z.int().nonnegative().max(10_000) })),
  },
  responses: { 200: json('It is in the cart', Accepted), ...problems(400, 409, 412, 422, 503) },
})

const checkOut = createRoute({
  method: 'post',
  path: '/carts/{cart}/checkout',
  summary: 'Makes an order of a cart: all of it, or nothing',
  request: {
    params: z.object({ cart: CartId }),
    ...body(z.strictObject(OrderTerms.pick({ customer: true, coupon: true, paymentMethod: true }).shape)),
  },
  responses: { 201: json('Ordered', Ordered), ...problems(400, 409, 412, 422, 503) },
})

export function cartRoutes(app: OpenAPIHono, context: ShopContext): void {
  app.openapi(show, async (c) => {
    const { cart } = c.req.valid('param')
    const { state, version } = await readState(context.shop.events, Cart(cart))
    c.header('ETag', entityTag(version))
    if (isNotModified(c, version)) return c.body(null, 304)
    const order = state.order === undefined ? {} : { order: state.order }
    return c.json({ cart, items: [...state.items], ...order }, 200)
  })

  app.openapi(set, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json'), ifMatch: ifMatch(c) }
    const outcome = await run(c, context, SetCartItem(input))
    if (outcome.status === 'rejected')
      throw rejected(outcome, { CartCheckedOut: 409, CartFull: 409, PreconditionFailed: 412 })
    const version = outcome.events.at(-1)?.version ?? outcome.streams[0]?.version ?? 0
    c.header('ETag', entityTag(version))
    return c.json(accepted(outcome), 200)
  })

  app.openapi(checkOut, async (c) => {
    const { cart } = c.req.valid('param')
    const order = orderIdOf(c, context)
    const { payWithin } = context
    const input = { ...c.req.valid('json'), cart, order, payWithin, ifMatch: ifMatch(c) }
    const outcome = await run(c, context, CheckOut(input))
    if (outcome.status === 'rejected')
      throw rejected(outcome, { ...ORDER_STATUSES, CartCheckedOut: 409, CartEmpty: 409, PreconditionFailed: 412 })
    c.header('Location', `/orders/${encodeURIComponent(order)}`)
    return c.json({ order, ...accepted(outcome) }, 201)
  })
}
