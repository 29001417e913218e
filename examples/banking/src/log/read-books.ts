import type { Cursor, EventStore } from 'eventcore'
import { Books } from './books.ts'

/** Events in memory at once, however long the log is. */
const PAGE = 1_000

/** Keeps the books anew from the first event of the log: from what was committed, not from what a process believes. */
export async function readBooks(store: EventStore): Promise<Books> {
  const books = new Books()
  let after: Cursor | undefined
  for (;;) {
    const page = await store.readFeed({ after, limit: PAGE })
    for (const event of page.events) books.add(event)
    if (page.atHead) return books
    after = page.cursor
  }
}
