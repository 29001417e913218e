import { readYourWrites, rejected } from '@eventcore/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AddPaymentMethod } from '../../commands/add-payment-method.ts'
import { OpenCampaign } from '../../commands/open-campaign.ts'
import { Money } from '../../money.ts'
import { OrderSummary, ordersOf } from '../../read-models/customer-orders.ts'
import { RevenueOfDay, revenueBetween } from '../../read-models/revenue.ts'
import { CustomerId, PaymentMethodId } from '../../streams/ids.ts'
import { run, type ShopContext } from '../context.ts'
import { Accepted, After, accepted, body, json, limitOf, problems } from '../schemas.ts'

const orders = createRoute({
  method: 'get',
  path: '/customers/{customer}/orders',
  summary: "A customer's orders, the newest first",
  request: { params: z.object({ customer: CustomerId }), query: z.object({ limit: limitOf(200, 50), after: After }) },
  responses: { 200: json('The orders', z.object({ orders: z.array(OrderSummary) })), ...problems(400, 503) },
})

const addMethod = createRoute({
  method: 'post',
  path: '/payment-methods',
  summary: 'Adds a gift card, or an account with a limit',
  request: body(z.strictObject({ paymentMethod: PaymentMethodId, customer: CustomerId, limit: Money })),
  responses: { 201: json('Added', Accepted), ...problems(400, 409, 422, 503) },
})

const openCampaign = createRoute({
  method: 'post',
  path: '/campaigns',
  summary: 'Prints coupons: SPRING-1, SPRING-2, …',
  request: body(
    z.strictObject({
      campaign: z.string().regex(/^[A-Z]{2,20}$/),
      percent: z.int().min(1).max(90),
      coupons: z.int().positive().max(9_999_999),
    }),
  ),
  responses: { 201: json('Opened', Accepted), ...problems(400, 409, 422, 503) },
})

const revenue = createRoute({
  method: 'get',
  path: '/revenue',
  summary: 'Revenue per day, in minor units, less what was given back on that day',
  request: {
    query: z.object({
      first: z.iso.date().default('0001-01-01'),
      last: z.iso.date().default('9999-12-31'),
      after: After,
    }),
  },
  responses: { 200: json('The days', z.object({ days: z.array(RevenueOfDay) })), ...problems(400, 503) },
})

export function customerRoutes(app: OpenAPIHono, context: ShopContext): void {
  const { shop, readModels } = context

  app.openapi(orders, async (c) => {
    await readYourWrites(c, readModels.customerOrders)
    const { customer } = c.req.valid('param')
    return c.json({ orders: [...(await ordersOf(shop.database, customer, c.req.valid('query').limit))] }, 200)
  })

  app.openapi(addMethod, async (c) => {
    const outcome = await run(c, context, AddPaymentMethod(c.req.valid('json')))
    if (outcome.status === 'rejected') throw rejected(outcome, { PaymentMethodExists: 409 })
    return c.json(accepted(outcome), 201)
  })

  app.openapi(openCampaign, async (c) => {
    const outcome = await run(c, context, OpenCampaign(c.req.valid('json')))
    if (outcome.status === 'rejected') throw rejected(outcome, { CampaignExists: 409 })
    return c.json(accepted(outcome), 201)
  })

  app.openapi(revenue, async (c) => {
    await readYourWrites(c, readModels.revenue)
    const { first, last } = c.req.valid('query')
    return c.json({ days: [...(await revenueBetween(shop.database, first, last))] }, 200)
  })
}
