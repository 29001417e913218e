import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { StreamInfo, StreamListQuery } from 'eventcore'
import { endOfPrefix } from './byte-range.ts'
import { Query } from './query.ts'
import { rowLimit } from './row-limit.ts'

type Row = readonly [name: string, version: number]

/** Lists streams in byte order, along the index of their names. */
export class StreamList {
  readonly #fromPrefix: Query<Row>
  readonly #after: Query<Row>

  constructor(db: DatabaseSync) {
    // One lower limit each: of two, SQLite would begin at the first one named, and skip what lies before the other.
    const page = (from: string): Query<Row> =>
      new Query(
        db,
        `SELECT name, (SELECT max(version) FROM eventcore_events e WHERE e.stream = s.id) AS version
         FROM eventcore_streams s WHERE name ${from} ? AND name < ? ORDER BY name LIMIT ?`,
      )
    this.#fromPrefix = page('>=')
    this.#after = page('>')
  }

  page({ prefix = '', after = '', limit }: StreamListQuery): StreamInfo[] {
    const beginsAtPrefix = Buffer.compare(Buffer.from(prefix), Buffer.from(after)) > 0
    const [query, from] = beginsAtPrefix ? [this.#fromPrefix, prefix] : [this.#after, after]
    // A BLOB sorts behind every TEXT.
    const end: SQLInputValue = endOfPrefix(prefix) ?? new Uint8Array()
    return query.all(from, end, rowLimit(limit)).map(([stream, version]) => ({ stream, version }))
  }
}
