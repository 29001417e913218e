import { type Cursor, type EventStore, type Position, readEvents } from 'eventcore'
import { Problem } from '../problem.ts'
import { GoodsReturn } from '../streams/goods-return.ts'
import { Order } from '../streams/order.ts'
import { Stock } from '../streams/stock.ts'
import { SalesBooks } from './sales-books.ts'

/** Milliseconds to wait for events that are committed and not to be read yet, since another writer is not done. */
const PATIENCE = 30_000

/**
 * Keeps the books from the first event of the log to its end.
 * @param position goes on at least until it has seen this
 * @param concerns which orders and returns count, by their ids. Default: all.
 * @throws Problem (`LOG_BEHIND`)
 */
export async function readSalesBooks(
  store: EventStore,
  position?: Position,
  concerns: (id: string) => boolean = () => true,
): Promise<SalesBooks> {
  const books = new SalesBooks()
  const deadline = performance.now() + PATIENCE
  let after: Cursor | undefined
  for (;;) {
    const events = readEvents(store, { streams: [Order, GoodsReturn, Stock], after })
    for await (const event of events) books.add(event, concerns)
    after = events.cursor
    if (position === undefined || (after !== undefined && store.hasReached(after, position))) return books
    const timeoutMs = deadline - performance.now()
    if (timeoutMs <= 0)
      throw new Problem(
        'LOG_BEHIND',
        'The end of the log cannot be read, since another writer is not done. What was committed stays.',
      )
    await store.waitForEvents(after, { timeoutMs })
  }
}
