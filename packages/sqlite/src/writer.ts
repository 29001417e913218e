import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { CommitReads } from './commit-reads.ts'
import { HeadCache } from './head-cache.ts'
import { Query } from './query.ts'
import { rollback } from './rollback.ts'
import { type Head, StreamReads } from './stream-reads.ts'

/** After so many events of other processes it is cheaper to forget what is known than to catch up. */
const CATCH_UP_LIMIT = 1_000

/**
 * The write connection and what it knows: where streams stand and which position is the last. That knowledge holds as
 * long as no other connection has written, which `PRAGMA data_version` tells for 1.5 µs per transaction; a transaction of
 * 64 commits saves 64 queries with it.
 */
export class Writer {
  readonly db: DatabaseSync
  readonly commits: CommitReads
  readonly streams: StreamReads
  readonly #heads: HeadCache
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #dataVersion: Query<[number]>
  readonly #lastPosition: Query<[number]>
  readonly #since: Query<[position: number, version: number, id: string, key: number, stream: string]>
  #knownVersion: number | undefined
  #position = 0
  #characters = 0

  constructor(db: DatabaseSync, cachedStreams: number) {
    this.db = db
    this.commits = new CommitReads(db)
    this.streams = new StreamReads(db)
    this.#heads = new HeadCache(cachedStreams)
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#dataVersion = new Query(db, 'PRAGMA data_version')
    this.#lastPosition = new Query(db, 'SELECT coalesce(max(position), 0) FROM eventcore_events')
    this.#since = new Query(
      db,
      `SELECT e.position, e.version, e.id, s.id AS key, s.name FROM eventcore_events e
       JOIN eventcore_streams s ON s.id = e.stream WHERE e.position > ? ORDER BY e.position LIMIT ${CATCH_UP_LIMIT + 1}`,
    )
  }

  /** Takes the write lock, or throws busy at once; then learns what others have written since. */
  begin(): void {
    this.#begin.run()
    this.#characters = 0
    try {
      const version = this.#dataVersion.get()?.[0]
      if (version === this.#knownVersion) return
      this.#catchUp()
      this.#knownVersion = version
    } catch (error) {
      this.rollback()
      throw error
    }
  }

  commit(): void {
    this.#commit.run()
  }

  /** What was learned in the transaction is not true any more. */
  rollback(): void {
    this.#forget()
    rollback(this.db)
  }

  get position(): number {
    return this.#position
  }

  /** How many characters of payload were written since {@link begin}. */
  get characters(): number {
    return this.#characters
  }

  wrote(events: number, characters: number): void {
    this.#position += events
    this.#characters += characters
  }

  head(stream: string): Head {
    const known = this.#heads.get(stream)
    if (known !== undefined) return known
    const head = this.streams.head(stream)
    // A stream that does not exist is not remembered: probing random ids must not push out what is in use.
    if (head.key !== 0) this.#heads.set(stream, head)
    return head
  }

  remember(stream: string, head: Head): void {
    this.#heads.set(stream, head)
  }

  #catchUp(): void {
    const rows = this.#knownVersion === undefined ? undefined : this.#since.all(this.#position)
    if (rows === undefined || rows.length > CATCH_UP_LIMIT) {
      this.#heads.clear()
      this.#position = this.#lastPosition.get()?.[0] ?? 0
      return
    }
    for (const [position, version, id, key, stream] of rows) {
      const head = this.#heads.get(stream)
      if (head !== undefined) Object.assign(head, { key, version, id })
      this.#position = position
    }
  }

  #forget(): void {
    this.#knownVersion = undefined
    this.#heads.clear()
  }
}
