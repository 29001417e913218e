import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { StreamInfo, StreamListQuery } from 'eventcore'
import { endOfPrefix } from './byte-range.ts'
import { Query } from './query.ts'

/** Lists streams in byte order, along the index of their names. */
export class StreamList {
  readonly #page: Query<[name: string, version: number]>

  constructor(db: DatabaseSync) {
    // Both limits are always there, so that there is one statement. A BLOB sorts behind every TEXT.
    this.#page = new Query(
      db,
      `SELECT name, (SELECT max(version) FROM eventcore_events e WHERE e.stream = s.id) AS version
       FROM eventcore_streams s WHERE name > ? AND name >= ? AND name < ? ORDER BY name LIMIT ?`,
    )
  }

  page({ prefix = '', after = '', limit }: StreamListQuery): StreamInfo[] {
    const end: SQLInputValue = endOfPrefix(prefix) ?? new Uint8Array()
    return this.#page.all(after, prefix, end, Math.max(0, limit)).map(([stream, version]) => ({ stream, version }))
  }
}
