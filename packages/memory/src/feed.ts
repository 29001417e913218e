import {
  asCursor,
  type CommitRecord,
  type Cursor,
  FEED_START,
  type FeedEvent,
  type FeedPage,
  type FeedQuery,
  InvalidCursor,
  type Position,
  type StoredEvent,
} from 'eventcore'
import type { EventLog } from './event-log.ts'
import { compileFeedFilter } from './feed-filter.ts'

/**
 * A cursor names the last event scanned by position and id: a cursor of another store is then refused even where that
 * store has an event at the same position.
 */
export function cursorAt(log: EventLog, scanned: number): Cursor | undefined {
  const last = log.events[scanned - 1]
  return last === undefined ? undefined : asCursor(`${last.position}:${last.id}`)
}

/** How many events a reader at this cursor has scanned. */
export function scannedAt(log: EventLog, cursor: Cursor | undefined, operation: string): number {
  if (cursor === undefined || cursor === FEED_START) return 0
  const [, position, id] = /^([1-9]\d*):(.+)$/su.exec(cursor) ?? []
  if (position === undefined) throw new InvalidCursor(operation, cursor, 'it does not have the form position:event')
  const event = log.events[Number(position) - 1]
  if (event === undefined)
    throw new InvalidCursor(operation, cursor, `the last event here is at position ${log.events.length}`)
  if (event.id !== id) throw new InvalidCursor(operation, cursor, `another event stands at position ${position} here`)
  return Number(position)
}

export function hasReached(log: EventLog, cursor: Cursor, position: Position): boolean {
  const scanned = scannedAt(log, cursor, 'hasReached')
  const wanted = Number(position)
  if (log.events[wanted - 1]?.position !== position)
    throw new InvalidCursor('hasReached', position, 'no event stands at this position')
  return wanted <= scanned
}

export function comparePositions(a: Position, b: Position): number {
  const difference = Number(a) - Number(b)
  if (Number.isNaN(difference)) {
    throw new InvalidCursor('comparePositions', Number.isNaN(Number(a)) ? a : b, 'positions are whole numbers here')
  }
  return difference
}

export function readFeed(log: EventLog, { after, limit, filter }: FeedQuery): FeedPage {
  const matches = filter === undefined ? undefined : compileFeedFilter(filter)
  let scanned = scannedAt(log, after, 'readFeed')
  const events: FeedEvent[] = []
  while (scanned < log.events.length && events.length < limit) {
    const event = log.events[scanned] as StoredEvent
    if (matches === undefined || matches(event)) events.push({ ...event, commit: log.records[scanned] as CommitRecord })
    scanned++
  }
  return { events, cursor: cursorAt(log, scanned) ?? after, atHead: scanned === log.events.length }
}
