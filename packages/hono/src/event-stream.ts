import { type AnyRecordedEvent, asCursor, type Cursor, InvalidCursor, type Subscription } from 'eventcore'
import type { Context } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'

/** A server-sent event: JSON under a name. */
export interface FeedMessage {
  readonly event: string
  readonly data: unknown
}

export interface EventStreamOptions<Event> {
  /** Opens the subscription behind a cursor, and ends it with the signal. */
  readonly subscribe: (after: Cursor | undefined, signal: AbortSignal) => Subscription<Event>
  /** Where a client begins that has seen nothing yet: `() => store.headCursor()` for what comes from now on. */
  readonly from: () => Promise<Cursor | undefined>
  /** What the client is told about the events of a page. None: nothing. */
  readonly messages: (events: readonly Event[]) => Iterable<FeedMessage> | Promise<Iterable<FeedMessage>>
  /** Ends all streams: when the server shuts down. Clients come back by themselves. */
  readonly signal?: AbortSignal
  /**
   * The least time between two pages, in milliseconds: what is committed in between comes together, so that many clients cost no
   * more when much is written. Default 0.
   */
  readonly everyMs?: number
  /** So that proxies keep the connection, and a client that is gone is noticed: milliseconds. Default 15,000. */
  readonly heartbeatMs?: number
  /** Is told why a stream ended early. */
  readonly onError?: (error: unknown) => void
}

/** The id is empty, so that a browser forgets the one that it has: it would come back with it for ever, and hear nothing any more. */
const RESET = 'event: reset\nid:\ndata: {"code":"INVALID_CURSOR"}\n\n'

/**
 * Sends events of the feed as server-sent events. The id of each last message of a page is the cursor behind it, so a browser that
 * comes back (`Last-Event-ID`) misses nothing and sees at most a page again. A client that reads slowly costs two pages of memory:
 * the next is read when the last was taken.
 *
 * A client whose id is no cursor of the feed, after a restore say, gets one message `reset` and the end of the stream. What it knows may not
 * be so any more: it is to load it again, and comes back without an id, for what comes from then on.
 */
export function eventStream<Event = AnyRecordedEvent>(c: Context, options: EventStreamOptions<Event>): Response {
  const { subscribe, from, messages, signal, everyMs = 0, heartbeatMs = 15_000, onError } = options
  const lastSeen = c.req.header('last-event-id')
  const gone = new AbortController()
  const ended = signal === undefined ? gone.signal : AbortSignal.any([gone.signal, signal])
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => gone.abort())
    const heart = beat(stream, heartbeatMs)
    try {
      const first = lastSeen === undefined || lastSeen === ''
      const after = first ? await from() : asCursor(lastSeen)
      // Where it began at once: a client that loses the connection before its first message must come back to there.
      await stream.write(first && after !== undefined ? `: connected\nid: ${after}\n\n` : ': connected\n\n')
      for await (const { events, cursor } of subscribe(after, ended).pages()) {
        const page = [...(await messages(events))]
        for (const [i, { event, data }] of page.entries()) {
          const id = i === page.length - 1 && cursor !== undefined ? { id: cursor } : {}
          await stream.writeSSE({ event, data: JSON.stringify(data), ...id })
        }
        if (everyMs > 0 && !ended.aborted) await stream.sleep(everyMs)
        if (ended.aborted) return
      }
    } catch (error) {
      if (ended.aborted) return
      if (error instanceof InvalidCursor) await stream.write(RESET)
      onError?.(error)
    } finally {
      clearInterval(heart)
    }
  })
}

/** A comment now and then. While one waits for a slow client no other is made. */
function beat(stream: SSEStreamingApi, everyMs: number): ReturnType<typeof setInterval> {
  let waiting = false
  const timer = setInterval(() => {
    if (waiting) return
    waiting = true
    void stream.write(': \n\n').finally(() => {
      waiting = false
    })
  }, everyMs)
  // On Node it must not keep the process alive; elsewhere a timer is a number.
  if (typeof timer === 'object') timer.unref()
  return timer
}
