import { eventStream } from '@eventcore/hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { subscribe } from 'eventcore'
import { streamSSE } from 'hono/streaming'
import { PriceList } from '../../streams/price-list.ts'
import { Stock } from '../../streams/stock.ts'
import type { ShopContext } from '../context.ts'

/** Milliseconds between two looks at the operations log: what happens in between comes as one message. */
const OPERATIONS_EVERY = 250
/** At least so often, so that a connection that broke is noticed. */
const OPERATIONS_AT_LEAST = 40

/** What never ends: server-sent events. */
export function liveRoutes(app: OpenAPIHono, context: ShopContext): void {
  const { shop, executor, operations, stopping, log } = context

  // `stock`: how many pieces came (above 0) or went (below 0). A page that shows numbers adds them up, or asks anew.
  app.get('/live/stock', (c) =>
    eventStream(c, {
      subscribe: (after, signal) =>
        subscribe(shop.events, { after, signal, streams: [Stock, PriceList], pageSize: 200 }),
      from: () => shop.events.headCursor(),
      signal: stopping,
      onError: log,
      *messages(events) {
        for (const event of events) {
          const { position } = event
          if (event.streamName === 'stock') {
            const change = event.type === 'StockSold' ? -event.data.quantity : event.data.quantity
            yield { event: 'stock', data: { product: event.key, change, position } }
          } else yield { event: 'prices', data: { prices: event.data.prices, position } }
        }
      },
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
