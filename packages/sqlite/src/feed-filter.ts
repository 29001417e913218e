import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { compileStreamPattern, type FeedFilter, prefixesOf } from 'eventcore'
import { endOfPrefix } from './byte-range.ts'
import { NAMED_EVENTS, type NamedEventRow } from './commit-reads.ts'
import { Query } from './query.ts'

type Matching = (after: number, upTo: number, limit: number) => NamedEventRow[]

/**
 * Applies a filter in SQL. What is named becomes a condition with parameters: lists travel as one JSON text, so there are at
 * most 24 statements, and each is prepared once.
 */
export class FeedFilters {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, Query<NamedEventRow>>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** @throws InvalidStreamPattern (`INVALID_STREAM_PATTERN`) */
  statement(filter: FeedFilter = {}): Matching {
    const { streams, pattern, types } = filter
    const prefixes = prefixesOf(filter)
    const [prefix] = prefixes ?? []
    const conditions = ['e.position > ?', 'e.position <= ?']
    const parameters: SQLInputValue[] = []
    if (streams !== undefined) {
      // `+` keeps the index by stream out: it would give the whole stream, to be sorted, for each page, where the page is a range of positions.
      conditions.push('+e.stream IN (SELECT id FROM eventcore_streams WHERE name IN (SELECT value FROM json_each(?)))')
      parameters.push(JSON.stringify(streams))
    }
    if (types !== undefined) {
      conditions.push('e.type IN (SELECT value FROM json_each(?))')
      parameters.push(JSON.stringify(types))
    }
    if (prefixes?.length === 1 && prefix !== undefined && prefix !== '') {
      conditions.push('s.name >= ? AND s.name < ?')
      parameters.push(prefix, endOfPrefix(prefix) ?? new Uint8Array())
    } else if (prefixes !== undefined && !prefixes.includes('')) {
      conditions.push('EXISTS (SELECT 1 FROM json_each(?) AS p WHERE substr(s.name, 1, length(p.value)) = p.value)')
      parameters.push(JSON.stringify(prefixes))
    }
    if (pattern !== undefined) {
      // Refused here, as what it is, and not inside of SQLite.
      compileStreamPattern(pattern)
      conditions.push('eventcore_matches(s.name, ?)')
      parameters.push(pattern)
    }
    const query = this.#prepared(conditions.join(' AND '))
    return (after, upTo, limit) => query.all(after, upTo, ...parameters, limit)
  }

  #prepared(condition: string): Query<NamedEventRow> {
    let query = this.#statements.get(condition)
    if (query === undefined) {
      query = new Query(this.#db, `${NAMED_EVENTS} WHERE ${condition} ORDER BY e.position LIMIT ?`)
      this.#statements.set(condition, query)
    }
    return query
  }
}
