import { eventStream, type FeedMessage } from '@eventcore/hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { type EventOf, subscribe } from 'eventcore'
import { streamSSE } from 'hono/streaming'
import { stockOf } from '../../read-models/catalogue.ts'
import { PriceList } from '../../streams/price-list.ts'
import { Stock } from '../../streams/stock.ts'
import type { ShopContext } from '../context.ts'

/** Events that become messages together. */
const PAGE = 1_000

/** Milliseconds between two pages for one visitor: how often a number changes that people read, however much is sold. */
const STOCK_EVERY = 200

/** Milliseconds between two looks at the operations log: what happens in between comes as one message. */
const OPERATIONS_EVERY = 250
/** At least so often, so that a connection that broke is noticed. */
const OPERATIONS_AT_LEAST = 40

/** What never ends: server-sent events. */
export function liveRoutes(app: OpenAPIHono, context: ShopContext): void {
  const { shop, executor, operations, stopping, log } = context

  // `stock`: how many pieces there are, as the catalogue says it too. `prices`: what costs something else from now on.
  app.get('/live/stock', (c) =>
    eventStream(c, {
      subscribe: (after, signal) =>
        subscribe(shop.events, { after, signal, streams: [Stock, PriceList], pageSize: PAGE }),
      from: () => shop.events.headCursor(),
      everyMs: STOCK_EVERY,
      signal: stopping,
      onError: log,
      messages: (events) => stockMessages(context, events),
    }),
  )

  app.get('/operations', (c) => c.json(operations.summary(executor.activeCount)))

  app.get('/live/operations', (c) =>
    streamSSE(c, async (stream) => {
      const end = new AbortController()
      stream.onAbort(() => end.abort())
      const ended = AbortSignal.any([end.signal, stopping])
      let shown = -1
      let skipped = 0
      while (!ended.aborted) {
        if (operations.revision === shown && ++skipped < OPERATIONS_AT_LEAST) {
          await stream.sleep(OPERATIONS_EVERY)
          continue
        }
        shown = operations.revision
        skipped = 0
        const data = JSON.stringify(operations.summary(executor.activeCount))
        await stream.writeSSE({ event: 'operations', data })
        await stream.sleep(OPERATIONS_EVERY)
      }
    }),
  )
}

async function stockMessages(
  { shop, readModels }: ShopContext,
  events: readonly (EventOf<typeof Stock> | EventOf<typeof PriceList>)[],
): Promise<readonly FeedMessage[]> {
  const last = events.at(-1)
  if (last === undefined) return []
  // The numbers come from the catalogue: who loads the page and who watches it are told the same.
  await readModels.catalogue.waitFor(last.position)
  const changed = new Set(events.flatMap((event) => (event.streamName === 'stock' ? event.key : [])))
  const stock = await stockOf(shop.database, [...changed])
  const prices = events.flatMap((event) => (event.streamName === 'price-list' ? event.data.prices : []))
  return [
    ...Array.from(stock, ([product, onHand]) => ({ event: 'stock', data: { product, onHand } })),
    ...(prices.length === 0 ? [] : [{ event: 'prices', data: { prices } }]),
  ]
}
