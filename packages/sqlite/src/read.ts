import {
  DEFAULT_READ_LIMIT,
  type ReadOptions,
  type StoredEvent,
  type StreamPageQuery,
  type StreamRead,
  type StreamSlice,
} from 'eventcore'
import type { StreamReads } from './stream-reads.ts'

/** To be run in one snapshot. */
export function read(streams: StreamReads, reads: readonly StreamRead[], options?: ReadOptions): StreamSlice[] {
  let left = options?.limit ?? DEFAULT_READ_LIMIT
  return reads.map(({ stream, after, upTo }): StreamSlice => {
    const { key, version, id } = streams.head(stream)
    if (key === 0) return { stream, version: 0, headId: null, events: [], complete: true }
    const end = upTo === undefined || upTo > version ? version : upTo
    const events = after < end && left > 0 ? streams.forwards(stream, key, after, end, left) : []
    left -= events.length
    return { stream, version, headId: id, events, complete: after + events.length >= end }
  })
}

/** To be run in one snapshot. */
export function readStream(streams: StreamReads, stream: string, query: StreamPageQuery): StoredEvent[] {
  const { key, version } = streams.head(stream)
  if (key === 0 || query.limit <= 0) return []
  if (query.direction === 'forwards') {
    return streams.forwards(stream, key, Math.max(1, query.from ?? 1) - 1, version, query.limit)
  }
  return streams.backwards(stream, key, 0, Math.min(version, query.from ?? version), query.limit)
}
