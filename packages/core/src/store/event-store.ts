import type { CheckpointStore } from './checkpoint-store.ts'
import type { Commit, CommitResult, RecordedCommit } from './commit.ts'
import type { FeedPage, FeedQuery } from './feed.ts'
import type { LeaseStore } from './lease-store.ts'
import type { Cursor, Position } from './position.ts'
import type { SnapshotStore } from './snapshot-store.ts'
import type { StoredEvent } from './stored-event.ts'

/** One stream of a snapshot read. */
export interface StreamRead {
  readonly stream: string
  /** Only events after this version; 0 for all. */
  readonly after: number
  /** Only events up to this version: the later pages of a long read stop where its first page fixed the end. */
  readonly upTo?: number | undefined
}

export interface ReadOptions {
  /** At most so many events in all, given out to the streams in the order asked for. Default {@link DEFAULT_READ_LIMIT}. */
  readonly limit?: number | undefined
}

/** What a snapshot read says about one stream. */
export interface StreamSlice {
  readonly stream: string
  /** The stream's version in the snapshot, whatever was asked for; 0 when it does not exist. */
  readonly version: number
  /** Id of the event at {@link version}; `null` when the stream does not exist. */
  readonly headId: string | null
  /** In version order, without gaps, from `after + 1`. */
  readonly events: readonly StoredEvent[]
  /** False when the limit cut it off: go on after the last event, with `upTo` set to {@link version}. */
  readonly complete: boolean
}

export interface StreamPageQuery {
  readonly direction: 'forwards' | 'backwards'
  /** The first version wanted, inclusive. Default: 1 forwards, the head backwards. */
  readonly from?: number | undefined
  /** 0 gives none. */
  readonly limit: number
}

export interface StreamListQuery {
  /** Literal beginning of the stream id: no wildcards, case counts. */
  readonly prefix?: string | undefined
  /** Exclusive. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface StreamInfo {
  readonly stream: string
  readonly version: number
}

/** How many events a snapshot read answers with when nothing is said. */
export const DEFAULT_READ_LIMIT = 1_000

/** How many missed events a store reports for one call of `append`, over all its conflicts. The rest is left to a read. */
export const MISSED_EVENTS_LIMIT = 1_000

/**
 * Where events are kept. Small on purpose, and it says what a store does, never how. Everything that a store promises is
 * held by the contract suite of `@eventcore/testing/contract`.
 *
 * All methods may be called concurrently. A method that fails rejects with an `EventStoreError`: `STORE_UNAVAILABLE`
 * (definite and passing: nothing was written), `STORE_FAILURE` (definite: nothing was written),
 * `COMMIT_OUTCOME_UNKNOWN` (only `append`), `STORE_CLOSED`, or an argument error thrown before any I/O.
 */
export interface EventStore {
  /** What kind of store it is, for messages: `memory`, `sqlite`, `postgres`. */
  readonly kind: string

  /**
   * How many `append` calls are worth having in flight at once (at least 1). The executor never sends two at once whose
   * commits touch the same written stream.
   */
  readonly appendLanes: number

  /** A new UUIDv7: of an event, of a command. It grows within one process, so that indexes stay local. */
  newId(): string

  /**
   * Reads streams from **one** snapshot: versions and events belong together, over all the streams of the call.
   * The answer has one slice per request, in their order. A stream that does not exist has version 0 and no events.
   */
  read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]>

  /**
   * Commits a batch. Each commit stands on its own: it is checked and written whole, or not at all, and has its own
   * result; one commit's conflict or failure never fails another. Within the batch the commits are taken in order, each
   * seeing the successful ones before it, so a check may name the event that an earlier commit of the batch writes.
   *
   * For each commit, in this order: a recorded command id answers `duplicate`; any failing check answers `conflict` with
   * *every* failing check; else its events get the next versions of their streams and increasing positions, and it
   * answers `committed`, or `verified` when it has no events.
   *
   * Feed order is an order in which the commits could have run one after the other. What was verified fits into such an order
   * too, though not always into this one: commits that have nothing to do with each other may become visible the other way
   * round.
   *
   * When it resolves, everything that it calls committed is durable. When it rejects, none of the batch was written,
   * unless the error is `COMMIT_OUTCOME_UNKNOWN`: then look each command id up.
   *
   * @throws InvalidCommit (`INVALID_COMMIT`) before any I/O when a commit names a stream twice or writes to one that it
   * does not check, or when a batch names a command id twice.
   */
  append(commits: readonly Commit[]): Promise<readonly CommitResult[]>

  /** The commits with these command ids, in any order; those that are not recorded are left out. */
  findCommits(commandIds: readonly string[]): Promise<readonly RecordedCommit[]>

  /**
   * One page of all committed events in feed order. The order is fixed, agrees with the order of each stream and with
   * causality, and no event ever appears before a cursor that was handed out. `FEED_START` is a cursor of every store.
   * @throws InvalidCursor (`INVALID_CURSOR`) for a cursor that is not this store's.
   */
  readFeed(query: FeedQuery): Promise<FeedPage>

  /**
   * Waits until there may be something after the cursor, without busy polling. Resolves `true` then, `false` when the
   * time is up or the signal is aborted. A hint: read the feed to know.
   */
  waitForEvents(
    after: Cursor | undefined,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean>

  /** The cursor behind the last readable event; `undefined` while there is none. */
  headCursor(): Promise<Cursor | undefined>

  /**
   * Whether a reader that stands at this cursor has scanned the event at this position. It answers at once, so a store that cannot
   * look just now says so instead of waiting.
   * @throws InvalidCursor (`INVALID_CURSOR`); StoreUnavailable (`STORE_UNAVAILABLE`): ask again
   */
  hasReached(cursor: Cursor, position: Position): boolean

  /** Negative when the event at `a` comes before the one at `b` in feed order, 0 when they are the same, positive otherwise. */
  comparePositions(a: Position, b: Position): number

  /** One page of one stream, in either direction. */
  readStream(stream: string, query: StreamPageQuery): Promise<readonly StoredEvent[]>

  /** Streams that exist, in byte order of their ids. */
  listStreams(query: StreamListQuery): Promise<readonly StreamInfo[]>

  readonly snapshots: SnapshotStore
  readonly checkpoints: CheckpointStore
  readonly leases: LeaseStore

  /** Finishes what was begun, then releases everything. Calls made afterwards reject with `STORE_CLOSED`. Twice is fine. */
  close(): Promise<void>
}
