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
  readonly #head: Query<[key: number, version: number, id: string]>
  readonly #forwards: Query<EventRow>
  readonly #backwards: Query<EventRow>

  constructor(db: DatabaseSync) {
    this.#head = new Query(
      db,
      `SELECT s.id AS key, e.version, e.id FROM eventcore_streams s JOIN eventcore_events e ON e.stream = s.id
       WHERE s.name = ? ORDER BY e.version DESC LIMIT 1`,
    )
    const range = `SELECT ${EVENT_COLUMNS} FROM eventcore_events e WHERE e.stream = ? AND e.version > ? AND e.version <= ?`
    this.#forwards = new Query(db, `${range} ORDER BY e.version LIMIT ?`)
    this.#backwards = new Query(db, `${range} ORDER BY e.version DESC LIMIT ?`)
  }

  head(stream: string): Head {
    const row = this.#head.get(stream)
    return row === undefined ? { key: 0, version: 0, id: null } : { key: row[0], version: row[1], id: row[2] }
  }

  /** Events with after < version ≤ upTo, at most `limit`. */
  forwards(stream: string, key: number, after: number, upTo: number, limit: number): StoredEvent[] {
    return this.#forwards.all(key, after, upTo, rowLimit(limit)).map((row) => decodeEvent(row, stream))
  }

  backwards(stream: string, key: number, after: number, upTo: number, limit: number): StoredEvent[] {
    return this.#backwards.all(key, after, upTo, rowLimit(limit)).map((row) => decodeEvent(row, stream))
  }
}
