import {
  DEFAULT_READ_LIMIT,
  type ReadOptions,
  type StoredEvent,
  type StreamPageQuery,
  type StreamRead,
  type StreamSlice,
} from 'eventcore'
import type { EventLog } from './event-log.ts'

/** Synchronous, and therefore one snapshot of all the streams. */
export function read(log: EventLog, reads: readonly StreamRead[], options?: ReadOptions): StreamSlice[] {
  let left = options?.limit ?? DEFAULT_READ_LIMIT
  const slices: StreamSlice[] = []
  for (let i = 0; i < reads.length; i++) {
    const { stream, after, upTo } = reads[i] as StreamRead
    const head = log.streams.get(stream)
    const version = head?.version ?? 0
    const end = upTo === undefined || upTo > version ? version : upTo
    const events = log.eventsOf(stream, after, Math.min(end, after + left))
    left -= events.length
    slices.push({ stream, version, headId: head?.id ?? null, events, complete: after + events.length >= end })
  }
  return slices
}

export function readStream(log: EventLog, stream: string, query: StreamPageQuery): StoredEvent[] {
  if (query.direction === 'forwards') {
    const first = Math.max(1, query.from ?? 1)
    return log.eventsOf(stream, first - 1, first - 1 + query.limit)
  }
  const last = Math.max(0, Math.min(log.streams.get(stream)?.version ?? 0, query.from ?? Number.POSITIVE_INFINITY))
  return log.eventsOf(stream, Math.max(0, last - query.limit), last).reverse()
}
