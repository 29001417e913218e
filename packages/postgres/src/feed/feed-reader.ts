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
      text: withNames('select * from {schema}.{prefix}read_feed($1, $2, $3, $4, $5, $6, $7, $8, $9)', names),
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
    const pattern = filter?.pattern === undefined ? null : compileStreamPattern(filter.pattern).source
    const parameters: Parameter[] = [
      String(from.position),
      from.id,
      limit,
      filtered,
      Math.max(SCAN, limit),
      filter?.streams === undefined ? null : encodeTexts(filter.streams),
      prefixes === undefined ? null : encodeTexts(prefixes),
      pattern,
      filter?.types === undefined ? null : encodeTexts(filter.types),
    ]
    const rows = await this.#run(after, parameters)
    return filtered ? await this.#filteredPage(after, limit, rows) : await this.#wholePage(after, limit, rows)
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

  async #wholePage(after: Cursor | undefined, limit: number, rows: readonly Row[]): Promise<FeedPage> {
    const events = rows.slice(0, limit).map(eventRow)
    const last = events.at(-1)
    return {
      events: await this.#withRecords(events),
      cursor: last === undefined ? after : cursorOf(last.position, last.id),
      atHead: rows.length <= limit,
    }
  }

  async #filteredPage(after: Cursor | undefined, limit: number, rows: readonly Row[]): Promise<FeedPage> {
    const [scanned, ...matching] = rows
    if (scanned === undefined) return { events: [], cursor: after, atHead: true }
    const events = matching.slice(0, limit).map(eventRow)
    if (matching.length > limit) {
      const last = events.at(-1)
      const cursor = last === undefined ? after : cursorOf(last.position, last.id)
      return { events: await this.#withRecords(events), cursor, atHead: false }
    }
    const { position, id, ordinal } = eventRow(scanned)
    return { events: await this.#withRecords(events), cursor: cursorOf(position, id), atHead: ordinal === 1 }
  }

  /** Gives each event the record of its commit. A page may begin within a commit, or leave its first event out. */
  async #withRecords(events: readonly EventRow[]): Promise<FeedEvent[]> {
    const records = new Map<string, CommitRecord>()
    const missing = new Set<string>()
    for (const { position, ordinal, record } of events) {
      if (record !== undefined) records.set(position, record)
      else if (!records.has(startOf(position, ordinal))) missing.add(startOf(position, ordinal))
    }
    if (missing.size > 0) {
      const rows = await this.#connections.run('readFeed', this.#records, [[...missing]])
      for (const { position, record } of rows.map(eventRow)) if (record !== undefined) records.set(position, record)
    }
    return events.map((event) => {
      const record = event.record ?? records.get(startOf(event.position, event.ordinal))
      if (record !== undefined) return feedEvent(event, record)
      throw new StoreFailure(
        `The log is damaged: the event ${event.id} at position ${event.position} belongs to a commit whose first event is missing. Restore a backup.`,
        'readFeed',
      )
    })
  }
}

/** Position of the first event of the commit. */
const startOf = (position: string, ordinal: number): string => String(BigInt(position) - BigInt(ordinal))
