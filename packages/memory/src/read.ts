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
    const all = log.streams.get(stream)
    if (all === undefined) {
      slices.push({ stream, version: 0, headId: null, events: [], complete: true })
      continue
    }
    const version = all.length
    const end = upTo === undefined || upTo > version ? version : upTo
    const events = all.slice(after, Math.min(end, after + left))
    left -= events.length
    const { id } = all[version - 1] as StoredEvent
    slices.push({ stream, version, headId: id, events, complete: after + events.length >= end })
  }
  return slices
}

export function readStream(log: EventLog, stream: string, query: StreamPageQuery): StoredEvent[] {
  const all = log.streams.get(stream) ?? []
  if (query.direction === 'forwards') {
    const first = Math.max(1, query.from ?? 1)
    return all.slice(first - 1, first - 1 + query.limit)
  }
  const last = Math.min(all.length, query.from ?? all.length)
  return all.slice(Math.max(0, last - query.limit), Math.max(0, last)).reverse()
}
