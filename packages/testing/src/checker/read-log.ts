import type { Cursor, EventStore, FeedEvent } from 'eventcore'

export interface ReadLogOptions {
  /** Events per page. Default 1,000. */
  readonly pageSize?: number | undefined
}

/**
 * Everything that a store holds, in feed order, read page by page. Call it when the run is over: what is committed while
 * it reads may be missing. The result is kept whole, since the checker compares all of it: about 1 kB per event.
 */
export async function readLog(store: EventStore, { pageSize = 1_000 }: ReadLogOptions = {}): Promise<FeedEvent[]> {
  const events: FeedEvent[] = []
  let after: Cursor | undefined
  for (;;) {
    const page = await store.readFeed({ after, limit: pageSize })
    for (const event of page.events) events.push(event)
    if (page.atHead) return events
    if (page.cursor === after) {
      throw new Error(
        `The feed of the ${store.kind} store does not move on: a page of ${pageSize} after ${JSON.stringify(after)} ` +
          'came back with the same cursor and without having reached the head.',
      )
    }
    after = page.cursor
  }
}
