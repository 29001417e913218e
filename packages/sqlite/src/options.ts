import { assertOptions, optionCheck, type Projection } from 'eventcore'
import type { SqliteTransaction } from './projections/sqlite-transaction.ts'

/** What can be said about a store when it is opened. */
export interface SqliteEventStoreOptions {
  /**
   * - `full` (default, `synchronous=FULL`): an append resolves after its bytes were flushed to the disk. It survives the
   *   loss of power.
   * - `normal` (`synchronous=NORMAL`): nothing is flushed at commit, only at WAL checkpoints. The last appends before a
   *   loss of power or a crash of the operating system may be gone although they were called committed, and readers may
   *   have acted on them. The file stays consistent, and a crash of the process alone loses nothing.
   */
  readonly durability?: 'full' | 'normal'
  /**
   * For how many milliseconds a call waits for another process that holds the file's write lock, before it rejects with
   * `STORE_UNAVAILABLE`. It waits by timer: the event loop is free meanwhile. Default 5,000.
   */
  readonly busyTimeoutMs?: number
  /** Of how many streams the version and head event are remembered. Default 20,000, about 5 MB. */
  readonly cachedStreams?: number
  /** Milliseconds since the epoch; decides when leases expire. All processes on one file must agree on it. Default `Date.now`. */
  readonly now?: () => number
  /**
   * Kept within the appends, in their transaction: an event is readable if and only if the read model contains it, and a handler
   * that fails fails its commit. Their handlers must be quick. Every process that appends to the file must name the same ones;
   * where one did not, up to 1,000 events are made up for by the next append, and more are refused: let a `ProjectionRunner`
   * catch up first. Default: none.
   */
  readonly inlineProjections?: readonly Projection<SqliteTransaction>[]
  /** Makes ids of events and commands. They must be unique. Default UUIDv7. */
  readonly newId?: () => string
}

/** @throws InvalidOptions (`INVALID_OPTIONS`) */
export function assertStoreOptions(options: SqliteEventStoreOptions): void {
  assertOptions<SqliteEventStoreOptions>('SqliteEventStore', options, {
    durability: optionCheck.oneOf('full', 'normal'),
    busyTimeoutMs: optionCheck.number(0),
    cachedStreams: optionCheck.wholeNumber(0),
    now: optionCheck.callable,
    inlineProjections: optionCheck.list,
    newId: optionCheck.callable,
  })
}
