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
} from 'eventcore'
import { type EventLog, positionAt } from './event-log.ts'
import { compileFeedFilter } from './feed-filter.ts'

/**
 * A cursor names the last event scanned by position and id: a cursor of another store is then refused even where that
 * store has an event at the same position.
 */
export function cursorAt(log: EventLog, scanned: number): Cursor | undefined {
  return scanned === 0 ? undefined : asCursor(`${scanned}:${log.eventIdAt(scanned - 1)}`)
}

/** How many events a reader at this cursor has scanned. */
export function scannedAt(log: EventLog, cursor: Cursor | undefined, operation: string): number {
  if (cursor === undefined || cursor === FEED_START) return 0
  const [, position, id] = /^([1-9]\d*):(.+)$/su.exec(cursor) ?? []
  if (position === undefined) throw new InvalidCursor(operation, cursor, 'it does not have the form position:event')
  const scanned = Number(position)
  if (scanned > log.length)
    throw new InvalidCursor(operation, cursor, `the last event here is at position ${log.length}`)
  if (log.eventIdAt(scanned - 1) !== id)
    throw new InvalidCursor(operation, cursor, `another event stands at position ${position} here`)
  return scanned
}

export function hasReached(log: EventLog, cursor: Cursor, position: Position): boolean {
  const scanned = scannedAt(log, cursor, 'hasReached')
  const wanted = Number(position)
  const exists = Number.isInteger(wanted) && wanted >= 1 && wanted <= log.length
  if (!exists || positionAt(wanted - 1) !== position)
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
  const recordOf = recordsOf(log)
  let scanned = scannedAt(log, after, 'readFeed')
  const events: FeedEvent[] = []
  while (scanned < log.length && events.length < limit) {
    // Before the event is made: what does not match costs no object.
    if (matches === undefined || matches(log.streamAt(scanned), log.typeAt(scanned)))
      events.push({ ...log.eventAt(scanned), commit: recordOf(scanned) })
    scanned++
  }
  return { events, cursor: cursorAt(log, scanned) ?? after, atHead: scanned === log.length }
}

/** The events from this index on. */
export function feedEvents(log: EventLog, start: number): FeedEvent[] {
  const recordOf = recordsOf(log)
  return log.slice(start).map((event, i) => ({ ...event, commit: recordOf(start + i) }))
}

/** Answers the record of each event asked for: those of one commit, asked for one after the other, share one. */
function recordsOf(log: EventLog): (index: number) => CommitRecord {
  let latest: { readonly commit: number; readonly record: CommitRecord } | undefined
  return (index) => {
    const commit = log.commitAt(index)
    if (latest?.commit !== commit) latest = { commit, record: log.recordAt(commit) }
    return latest.record
  }
}
