import { entityTag, HttpProblem, ifMatch, isNotModified, rejected } from '@eventcore/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { readState } from 'eventcore'
import { CancelOrder } from '../../commands/cancel-order.ts'
import { DispatchShipment } from '../../commands/dispatch-shipment.ts'
import { PayOrder } from '../../commands/pay-order.ts'
import { OrderTerms, PlaceOrder } from '../../commands/place-order.ts'
import { Money } from '../../money.ts'
import { OrderId, PaymentMethodId, ProductCode, Quantity } from '../../streams/ids.ts'
import { Order, OrderLine } from '../../streams/order.ts'
import { run, type ShopContext } from '../context.ts'
import { orderHistory } from '../order-history.ts'
import { orderIdOf } from '../order-id.ts'
import { ORDER_STATUSES } from '../order-statuses.ts'
import { Accepted, accepted, body, json, Ordered, problems } from '../schemas.ts'

const params = z.object({ order: OrderId })

const OrderBody = z
  .object({
    order: OrderId,
    status: z.enum(['placed', 'paid', 'cancelled']),
    customer: z.string(),
    lines: z.array(OrderLine),
    total: Money,
    payBy: z.string().optional(),
  })
  .openapi('Order')

const place = createRoute({
  method: 'post',
  path: '/orders',
  summary: 'Places an order without a cart: all of it, or nothing',
  request: body(
    z.strictObject({
      ...OrderTerms.pick({ customer: true, coupon: true, paymentMethod: true }).shape,
      lines: z
        .array(z.strictObject({ product: ProductCode, quantity: Quantity }))
        .min(1)
        .max(1_000),
    }),
  ),
  responses: { 201: json('Ordered', Ordered), ...problems(400, 409, 422, 503) },
})

const show = createRoute({
  method: 'get',
  path: '/orders/{order}',
  summary: 'An order as it stands, with its version as entity tag',
  request: { params },
  responses: {
    200: json('The order', OrderBody),
    304: { description: 'The client has it.' },
    ...problems(400, 404, 503),
  },
})

const HistoryEntry = z
  .object({
    type: z.string(),
    stream: z.string(),
    version: z.int(),
    position: z.string(),
    time: z.string(),
    command: z.string(),
    data: z.unknown(),
  })
  .openapi('HistoryEntry')

const history = createRoute({
  method: 'get',
  path: '/orders/{order}/events',
  summary: 'What has happened to an order and its parcel, in the order in which it was committed',
  request: { params },
  responses: { 200: json('The events', z.object({ events: z.array(HistoryEntry) })), ...problems(400, 404, 503) },
})

const pay = createRoute({
  method: 'post',
  path: '/orders/{order}/payment',
  summary: 'Pays an order, by the payment method that it was placed with or another',
  request: { params, ...body(z.strictObject({ paymentMethod: PaymentMethodId.optional() })) },
  responses: { 200: json('Paid', Accepted), ...problems(400, 402, 404, 409, 412, 422, 503) },
})

const cancel = createRoute({
  method: 'post',
  path: '/orders/{order}/cancellation',
  summary: 'Cancels an order: its stock and its money go back',
  request: { params },
  responses: { 200: json('Cancelled', Accepted), ...problems(400, 404, 409, 412, 422, 503) },
})

const dispatch = createRoute({
  method: 'post',
  path: '/orders/{order}/dispatch',
  summary: 'Notes that the parcel of an order has left',
  request: { params, ...body(z.strictObject({ carrier: z.string().trim().min(1).max(100) })) },
  responses: { 200: json('On its way', Accepted), ...problems(400, 404, 409, 412, 422, 503) },
})

export function orderRoutes(app: OpenAPIHono, context: ShopContext): void {
  const { events } = context.shop

  app.openapi(place, async (c) => {
    const order = orderIdOf(c, context)
    const outcome = await run(c, context, PlaceOrder({ ...c.req.valid('json'), order, payWithin: context.payWithin }))
    if (outcome.status === 'rejected') throw rejected(outcome, ORDER_STATUSES)
    c.header('Location', `/orders/${encodeURIComponent(order)}`)
    return c.json({ order, ...accepted(outcome) }, 201)
  })

  app.openapi(show, async (c) => {
    const { order } = c.req.valid('param')
    const { state, version } = await readState(events, Order(order))
    const { status, customer, lines, total, payBy } = state
    if (status === 'none') throw orderNotFound()
    c.header('ETag', entityTag(version))
    if (isNotModified(c, version)) return c.body(null, 304)
    const until = payBy === undefined ? {} : { payBy }
    return c.json({ order, status, customer, lines: [...lines], total, ...until }, 200)
  })

  app.openapi(history, async (c) => {
    const { order } = c.req.valid('param')
    const found = await orderHistory(events, order)
    if (found.length === 0) throw orderNotFound()
    return c.json({ events: found }, 200)
  })

  app.openapi(pay, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json'), ifMatch: ifMatch(c) }
    const outcome = await run(c, context, PayOrder(input))
    if (outcome.status === 'rejected')
      throw rejected(outcome, {
        OrderNotFound: 404,
        PreconditionFailed: 412,
        OrderNotPayable: 409,
        PaymentMethodMissing: 409,
        PaymentMethodUnknown: 409,
        InsufficientFunds: 402,
      })
    return c.json(accepted(outcome), 200)
  })

  app.openapi(cancel, async (c) => {
    const outcome = await run(c, context, CancelOrder({ ...c.req.valid('param'), ifMatch: ifMatch(c) }))
    if (outcome.status === 'rejected')
      throw rejected(outcome, {
        OrderNotFound: 404,
        PreconditionFailed: 412,
        OrderCancelled: 409,
        OrderShipped: 409,
        StillPayable: 409,
      })
    return c.json(accepted(outcome), 200)
  })

  app.openapi(dispatch, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json'), ifMatch: ifMatch(c) }
    const outcome = await run(c, context, DispatchShipment(input))
    if (outcome.status === 'rejected')
      throw rejected(outcome, { ShipmentNotFound: 404, PreconditionFailed: 412, NotToBeDispatched: 409 })
    return c.json(accepted(outcome), 200)
  })
}

const orderNotFound = (): HttpProblem => new HttpProblem({ title: 'Not found', status: 404, code: 'OrderNotFound' })
