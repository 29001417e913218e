import {
  type CommitRecord,
  type Cursor,
  compileStreamPattern,
  type FeedEvent,
  type FeedPage,
  type FeedQuery,
  InvalidCursor,
  prefixesOf,
  StoreFailure,
} from 'eventcore'
import { encodeTexts } from '../append/column-writer.ts'
import type { Connections } from '../connection/connections.ts'
import { isServerError } from '../connection/driver-error.ts'
import type { Parameter, Row, Statement } from '../connection/statement.ts'
import { type EventRow, eventRow, feedEvent } from '../read/event-rows.ts'
import { type Naming, withNames } from '../schema/naming.ts'
import { BEGINNING, cursorOf, type FeedPoint, pointOf } from './feed-position.ts'

/** How many events a filtered page looks at, at most, unless more are asked for: it ends, whatever matches. */
const SCAN = 10_000

/** Reads the feed. */
export class FeedReader {
  readonly #connections: Connections
  readonly #page: Statement
  readonly #head: Statement
  readonly #records: Statement

  constructor(connections: Connections, names: Naming) {
    this.#connections = connections
    this.#page = {
      name: 'read_feed',
      text: withNames('select * from {schema}.{prefix}read_feed($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', names),
    }
    this.#head = {
      name: 'feed_head',
      text: withNames('select "position", id from {schema}.{prefix}feed_head($1)', names),
    }
    this.#records = {
      name: 'commit_records',
      text: withNames('select * from {schema}.{prefix}commit_records($1)', names),
    }
  }

  async page({ after, limit, filter }: FeedQuery): Promise<FeedPage> {
    const from = pointOf(after, 'readFeed')
    const filtered = filter !== undefined && limit > 0
    const prefixes = filter === undefined ? undefined : prefixesOf(filter)
    const rows = await this.#run(after, [
      String(from.position),
      from.id,
      limit,
      filtered,
      Math.max(SCAN, limit),
      textsOrNull(filter?.streams),
      textsOrNull(prefixes),
      filter?.pattern === undefined ? null : compileStreamPattern(filter.pattern).source,
      textsOrNull(filter?.types),
      textsOrNull(prefixes?.map(beginningOfReads)),
    ])
    const end = rows.at(-1)
    if (filtered && end === undefined) return { events: [], cursor: after, atHead: true }
    // Without a version: no event, but how far was looked.
    if (filtered && end?.[1] === null) {
      const { position, id, ordinal } = eventRow(end)
      const events = await this.#withRecords(rows.slice(0, -1).map(eventRow))
      return { events, cursor: cursorOf(position, id), atHead: ordinal === 1 }
    }
    const events = rows.slice(0, limit).map(eventRow)
    const last = events.at(-1)
    return {
      events: await this.#withRecords(events),
      cursor: last === undefined ? after : cursorOf(last.position, last.id),
      atHead: rows.length <= limit,
    }
  }

  /** The last readable event after a position; `undefined` when there is none. */
  async head(after: bigint, operation: string): Promise<FeedPoint | undefined> {
    const [row] = await this.#connections.run(operation, this.#head, [String(after)])
    const [position, id] = row ?? []
    return position == null || id == null ? undefined : { position: BigInt(position), id }
  }

  async headCursor(): Promise<Cursor | undefined> {
    const head = await this.head(BEGINNING.position, 'headCursor')
    return head === undefined ? undefined : cursorOf(String(head.position), head.id)
  }

  async #run(after: Cursor | undefined, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    try {
      return await this.#connections.run('readFeed', this.#page, parameters)
    } catch (error) {
      const cause = error instanceof StoreFailure ? error.cause : undefined
      if (after === undefined || !isServerError(cause) || cause.code !== 'EC004') throw error
      throw new InvalidCursor(
        'readFeed',
        after,
        'the event that it names is not there. It comes from another store, or the database was restored, or a standby was promoted that had not received it; see "Restore" in the PostgreSQL guide',
        { cause },
      )
    }
  }

  /** Gives each event the record of its commit. A page may begin within a commit, or leave its first event out. */
  async #withRecords(rows: readonly EventRow[]): Promise<FeedEvent[]> {
    const events: FeedEvent[] = []
    let records: ReadonlyMap<string, CommitRecord> | undefined
    let first: EventRow | undefined
    for (const row of rows) {
      if (row.record !== undefined) first = row
      let record = first?.record
      if (row.record === undefined && startOf(row) !== first?.position) {
        records ??= await this.#recordsOf(rows)
        record = records.get(startOf(row))
      }
      if (record === undefined)
        throw new StoreFailure(
          `The log is damaged: the event ${row.id} at position ${row.position} belongs to a commit whose first event is missing. Restore a backup.`,
          'readFeed',
        )
      events.push(feedEvent(row, record))
    }
    return events
  }

  /** By the position of the commit's first event; of those that stand without it. */
  async #recordsOf(rows: readonly EventRow[]): Promise<ReadonlyMap<string, CommitRecord>> {
    const starts = new Set(rows.flatMap((row) => (row.record === undefined ? [startOf(row)] : [])))
    for (const { record, position } of rows) if (record !== undefined) starts.delete(position)
    const found = await this.#connections.run('readFeed', this.#records, [[...starts]])
    return new Map(
      found.map(eventRow).flatMap(({ position, record }) => (record === undefined ? [] : [[position, record]])),
    )
  }
}

/** Position of the first event of its commit. */
const startOf = ({ position, ordinal }: EventRow): string => String(BigInt(position) - BigInt(ordinal))

const textsOrNull = (texts: readonly string[] | undefined): Buffer | null =>
  texts === undefined ? null : encodeTexts(texts)

/** How a read set begins that names a stream with this prefix first. */
const beginningOfReads = (prefix: string): string => `[${JSON.stringify(prefix).slice(0, -1)}`
