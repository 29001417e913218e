import type { DatabaseSync } from 'node:sqlite'
import type { StoredEvent } from 'eventcore'
import { decodeEvent, EVENT_COLUMNS, type EventRow } from './event-row.ts'
import { Query } from './query.ts'
import { rowLimit } from './row-limit.ts'

/** Where a stream stands. */
export interface Head {
  /** `eventcore_streams.id`; 0 while the stream does not exist. */
  key: number
  version: number
  id: string | null
}

/** What both connections ask about one stream. The writer needs it inside its transaction, to see what it has written there. */
export class StreamReads {
  readonly #head: Query<[key: number, version: number | null, id: string]>
  readonly #forwards: Query<EventRow>
  readonly #backwards: Query<EventRow>

  constructor(db: DatabaseSync) {
    this.#head = new Query(
      db,
      `SELECT s.id AS key, e.version, e.id FROM eventcore_streams s LEFT JOIN eventcore_events e ON e.stream = s.id
       WHERE s.name = ? ORDER BY e.version DESC LIMIT 1`,
    )
    const range = `SELECT ${EVENT_COLUMNS} FROM eventcore_events e WHERE e.stream = ? AND e.version > ? AND e.version <= ?`
    this.#forwards = new Query(db, `${range} ORDER BY e.version LIMIT ?`)
    this.#backwards = new Query(db, `${range} ORDER BY e.version DESC LIMIT ?`)
  }

  head(stream: string): Head {
    const row = this.#head.get(stream)
    if (row === undefined) return { key: 0, version: 0, id: null }
    const [key, version, id] = row
    // A stream comes with its first event.
    if (version === null) throw new Error(`the events of ${stream} are missing`)
    return { key, version, id }
  }

  /** Events with after < version ≤ upTo, at most `limit`. */
  forwards(stream: string, key: number, after: number, upTo: number, limit: number): StoredEvent[] {
    const rows = this.#forwards.all(key, after, upTo, rowLimit(limit))
    assertNoGap(stream, rows, after + 1, 1, Math.min(limit, upTo - after))
    return rows.map((row) => decodeEvent(row, stream))
  }

  backwards(stream: string, key: number, after: number, upTo: number, limit: number): StoredEvent[] {
    const rows = this.#backwards.all(key, after, upTo, rowLimit(limit))
    assertNoGap(stream, rows, upTo, -1, Math.min(limit, upTo - after))
    return rows.map((row) => decodeEvent(row, stream))
  }
}

/** Versions have no gaps, so that a row that was deleted, or moved, shows. @throws Error */
function assertNoGap(stream: string, rows: readonly EventRow[], first: number, step: 1 | -1, count: number): void {
  for (let i = 0; i < rows.length || i < count; i++)
    if (rows[i]?.[1] !== first + step * i) throw new Error(`event ${first + step * i} of ${stream} is missing`)
}
