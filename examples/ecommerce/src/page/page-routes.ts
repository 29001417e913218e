import { eventStream, HttpProblem, readYourWrites } from '@eventcore/hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { InvalidCursor, ProjectionWaitTimeout, readState, subscribe } from 'eventcore'
import type { Context } from 'hono'
import type { ShopContext } from '../http/context.ts'
import { orderHistory, orderStreams } from '../http/order-history.ts'
import { findProduct, listProducts } from '../read-models/catalogue.ts'
import { ordersOf } from '../read-models/customer-orders.ts'
import { CustomerId, OrderId } from '../streams/ids.ts'
import { Order } from '../streams/order.ts'
import { Shipment } from '../streams/shipment.ts'
import { failureDocument } from './documents/failure.ts'
import { operationsDocument } from './documents/operations.ts'
import { noOrderDocument, orderDocument } from './documents/order.ts'
import { ordersDocument } from './documents/orders.ts'
import { shopDocument } from './documents/shop.ts'
import { PageFiles } from './files.ts'
import { respondDocument, respondFile } from './respond.ts'

const PRODUCTS_PER_PAGE = 24
const ORDERS_SHOWN = 100

/** The web page of the shop: documents that can be read without JavaScript, and modules that bring them to life over the API. */
export function pageRoutes(app: OpenAPIHono, context: ShopContext): void {
  const files = new PageFiles()
  const { shop, readModels, operations, executor } = context

  /** A document at an address. What is answered instead when that fails, people can read. */
  const page = (path: string, respond: (c: Context) => Response | Promise<Response>): void => {
    app.get(path, async (c) => {
      try {
        return await respond(c)
      } catch (error) {
        context.log(error)
        c.header('Retry-After', '5')
        return respondDocument(c, failureDocument(files), 503)
      }
    })
  }

  app.get('/shop/files/:build/:path{.+}', (c) => {
    const response = respondFile(c, files, c.req.param('build'), c.req.param('path'))
    return response ?? c.notFound()
  })

  page('/', async (c) => {
    await readYourWrites(c, readModels.catalogue).catch(ignoreBehind)
    const search = (c.req.query('search') ?? '').slice(0, 100).trim()
    const from = (c.req.query('from') ?? '').slice(0, 100)
    const found = await listProducts(shop.database, { search, from, limit: PRODUCTS_PER_PAGE + 1 })
    const products = found.slice(0, PRODUCTS_PER_PAGE)
    return respondDocument(c, shopDocument(files, { products, search, from, more: found.length > products.length }))
  })

  page('/shop/orders', async (c) => {
    await readYourWrites(c, readModels.customerOrders).catch(ignoreBehind)
    const { data: customer = '' } = CustomerId.safeParse(c.req.query('customer'))
    const orders = customer === '' ? [] : await ordersOf(shop.database, customer, ORDERS_SHOWN)
    return respondDocument(c, ordersDocument(files, customer, orders))
  })

  page('/shop/orders/:order', async (c) => {
    const { data: order } = OrderId.safeParse(c.req.param('order'))
    const { state } = order === undefined ? {} : await readState(shop.events, Order(order))
    if (order === undefined || state === undefined || state.status === 'none')
      return respondDocument(c, noOrderDocument(files), 404)
    const history = await orderHistory(shop.events, order)
    return respondDocument(
      c,
      orderDocument(files, { order, ...state, history, names: await namesOf(context, state.lines) }),
    )
  })

  // What happened to one order: from its beginning, so that nothing is missed between the document and the connection.
  app.get('/shop/orders/:order/live', (c) => {
    const order = orderOf(c)
    const filter = { streams: orderStreams(order) }
    return eventStream(c, {
      subscribe: (after, signal) => subscribe(shop.events, { after, signal, streams: [Order, Shipment], filter }),
      from: () => Promise.resolve(undefined),
      signal: context.stopping,
      onError: context.log,
      messages: (events) => events.map(({ type, position }) => ({ event: 'order', data: { type, position } })),
    })
  })

  page('/shop/operations', (c) =>
    respondDocument(c, operationsDocument(files, operations.summary(executor.activeCount))),
  )
}

/** A page that is a moment behind is better than none. Positions of another database are as good as none. */
function ignoreBehind(error: unknown): void {
  if (error instanceof ProjectionWaitTimeout || error instanceof InvalidCursor) return
  throw error
}

function orderOf(c: Context): string {
  const { data } = OrderId.safeParse(c.req.param('order'))
  if (data === undefined) throw new HttpProblem({ title: 'Not found', status: 404, code: 'OrderNotFound' })
  return data
}

async function namesOf(
  { shop }: ShopContext,
  lines: readonly { readonly product: string }[],
): Promise<ReadonlyMap<string, string>> {
  const products = [...new Set(lines.map(({ product }) => product))]
  const found = await Promise.all(products.map((product) => findProduct(shop.database, product)))
  return new Map(
    found.flatMap((entry) => (entry === undefined || entry.name === '' ? [] : [[entry.product, entry.name]])),
  )
}
