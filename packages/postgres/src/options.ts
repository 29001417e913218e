import { assertOptions, optionCheck, type Projection } from 'eventcore'
import type { Pool } from 'pg'
import type { PostgresTransaction } from './projections/handler-transaction.ts'

/** What can be said about a store when it is opened. All of it has a default. */
export interface PostgresEventStoreOptions {
  /**
   * `postgres://user:password@host:port/database?sslmode=…`. What it leaves out comes from the environment (`PGHOST`,
   * `PGUSER`, `PGPASSWORD`, `PGDATABASE`, …), as for every PostgreSQL client.
   */
  readonly url?: string
  /**
   * A pool of your own, instead of `url`. The store does not end it and changes no setting of its sessions. Set its
   * timeouts yourself, `query_timeout` too: without it, a projection's transaction on a connection through which nothing comes
   * any more does not end.
   */
  readonly pool?: Pool
  /** Lower-case letters, digits and `_`. Default `eventcore`. */
  readonly schema?: string
  /** What the names of all tables and functions begin with, likewise. Default: nothing. */
  readonly prefix?: string
  /**
   * - `apply` (default): missing migrations are applied, by one instance when several start at once. Where nothing is
   *   missing no right to do so is needed.
   * - `verify`: opening fails when something is missing. For roles that may not create tables; see `migratePostgres`.
   */
  readonly migrations?: 'apply' | 'verify'
  /**
   * - `full` (default): an append resolves when it is as durable as the server makes commits, and at least flushed to its
   *   disk: `synchronous_commit` is set to `on` where the database has it `off`.
   * - `relaxed` (`synchronous_commit=off`): the last appends before a crash of the server, some hundred milliseconds of them,
   *   may be gone although they were called committed, and readers may have acted on them. Nothing is ever torn.
   */
  readonly durability?: 'full' | 'relaxed'
  /** How many connections the store's own pool has at most, beside one that listens. Default 10. */
  readonly maxConnections?: number
  /** How the sessions show up in `pg_stat_activity`. Default `eventcore`. */
  readonly applicationName?: string
  /** For how many milliseconds a call waits for a connection, a new one or a free one. Default 5,000. */
  readonly connectTimeoutMs?: number
  /**
   * After how many milliseconds the server gives a statement up, whether it works on it or waits for a lock. Default 30,000.
   * Not set on the sessions of your own `pool`.
   */
  readonly statementTimeoutMs?: number
  /**
   * How many milliseconds after that the connection counts as lost, when no answer came: what was being appended then has
   * an unknown outcome. Default 5,000.
   */
  readonly answerGraceMs?: number
  /** How many batches of commits are sent at once. One is as fast where a commit takes 0.1 ms, more where it takes milliseconds. Default 2. */
  readonly appendLanes?: number
  /**
   * Whether appends notify other processes, and waiting readers listen. Behind a pooler in transaction mode nothing can be
   * listened to; then `listenUrl` names the server itself, or readers look every `pollIntervalMs`. Default `true`.
   */
  readonly notifications?: boolean
  /** Where to listen, if not at `url`. */
  readonly listenUrl?: string
  /** How often a waiting reader looks at the feed when no notification comes, in milliseconds. Default 1,000; 100 where nothing can be listened to. */
  readonly pollIntervalMs?: number
  /**
   * Kept within the appends, in their transaction: an event is readable if and only if the read model contains it, and a handler
   * that fails fails its commit. Handlers may only leave statements (`tx.run`), which the append function runs. Every process
   * that appends must name the same ones: an append of one that does not is refused. Opening makes up for up to 1,000 events
   * that were appended before. Needs two connections. Default: none.
   */
  readonly inlineProjections?: readonly Projection<PostgresTransaction>[]
  /** Makes ids of events and commands. They must be UUIDs in canonical form, and unique. Default UUIDv7. */
  readonly newId?: () => string
}

/** @throws InvalidOptions (`INVALID_OPTIONS`) */
export function assertStoreOptions(options: PostgresEventStoreOptions): void {
  assertOptions<PostgresEventStoreOptions>('PostgresEventStore', options, {
    // What a URL and names must be like is said where they are read.
    url: optionCheck.string,
    listenUrl: optionCheck.string,
    schema: optionCheck.string,
    prefix: optionCheck.string,
    pool: optionCheck.object,
    migrations: optionCheck.oneOf('apply', 'verify'),
    durability: optionCheck.oneOf('full', 'relaxed'),
    maxConnections: optionCheck.wholeNumber(1),
    applicationName: optionCheck.string,
    connectTimeoutMs: optionCheck.positive,
    statementTimeoutMs: optionCheck.wholeNumber(1),
    answerGraceMs: optionCheck.number(0),
    appendLanes: optionCheck.wholeNumber(1),
    notifications: optionCheck.boolean,
    pollIntervalMs: optionCheck.positive,
    inlineProjections: optionCheck.list,
    newId: optionCheck.callable,
  })
}
