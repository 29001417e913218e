import {
  assertOptions,
  type CheckpointStore,
  type Commit,
  type CommitResult,
  type Cursor,
  createIdSource,
  type FeedPage,
  type FeedQuery,
  type LeaseStore,
  optionCheck,
  type Position,
  type ProjectingStore,
  type Projection,
  type ReadOptions,
  type RecordedCommit,
  type SnapshotStore,
  StoreClosed,
  type StoredEvent,
  StoreFailure,
  type StreamInfo,
  type StreamListQuery,
  type StreamPageQuery,
  type StreamRead,
  type StreamSlice,
} from 'eventcore'
import { V7Generator } from 'uuidv7'
import { append } from './append.ts'
import { MemoryCheckpoints } from './checkpoints.ts'
import { EventLog } from './event-log.ts'
import { comparePositions, cursorAt, hasReached, readFeed, scannedAt } from './feed.ts'
import { FeedWaiters } from './feed-waiters.ts'
import { findCommits } from './find-commits.ts'
import { MemoryLeases } from './leases.ts'
import { MemoryProjections } from './projections.ts'
import { read, readStream } from './read.ts'
import { MemoryReadModels, type MemoryTable, type MemoryTransaction } from './read-models.ts'
import { MemorySnapshots } from './snapshots.ts'
import { StreamList } from './stream-list.ts'

export interface MemoryEventStoreOptions {
  /** Milliseconds since the epoch; decides when leases expire. Default `Date.now`. */
  readonly now?: () => number
  /**
   * Kept within the appends: an event is readable if and only if the read model contains it, and a handler that fails fails its
   * commit. Their handlers must be quick. Default: none.
   */
  readonly inlineProjections?: readonly Projection<MemoryTransaction>[]
  /** Makes ids of events and commands. They must be unique. Default UUIDv7. */
  readonly newId?: () => string
}

/**
 * Keeps events in the memory of this process: the reference that says what the store contract means, and a test double.
 * It promises all that the contract does but one thing: what it calls durable lasts as long as the object.
 *
 * Each method does its work in one synchronous step before its promise is returned, so no call ever sees half of another.
 */
export class MemoryEventStore implements ProjectingStore<MemoryTransaction> {
  readonly kind = 'memory'
  readonly appendLanes = 1
  readonly newId: () => string
  readonly snapshots: SnapshotStore
  readonly checkpoints: CheckpointStore
  readonly leases: LeaseStore
  readonly projections: MemoryProjections

  readonly #readModels = new MemoryReadModels()
  readonly #log = new EventLog()
  readonly #streams = new StreamList(this.#log)
  readonly #waiters = new FeedWaiters()
  #appending = false
  #closed = false

  /** @throws InvalidOptions (`INVALID_OPTIONS`), InvalidDefinition (`INVALID_DEFINITION`) for projections that cannot be inline */
  constructor(options: MemoryEventStoreOptions = {}) {
    assertOptions<MemoryEventStoreOptions>('MemoryEventStore', options, {
      now: optionCheck.callable,
      inlineProjections: optionCheck.list,
      newId: optionCheck.callable,
    })
    this.newId = options.newId ?? createIdSource((random) => new V7Generator(random))
    const assertOpen = (operation: string): void => this.#assertOpen(operation)
    const leases = new MemoryLeases(assertOpen, options.now ?? Date.now)
    this.snapshots = new MemorySnapshots(assertOpen)
    const checkpoints = new MemoryCheckpoints(assertOpen, leases)
    this.checkpoints = checkpoints
    this.projections = new MemoryProjections(
      assertOpen,
      this.#log,
      checkpoints,
      this.#readModels,
      options.inlineProjections ?? [],
    )
    this.leases = leases
  }

  async read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    this.#assertOpen('read')
    return read(this.#log, reads, options)
  }

  async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    this.#assertOpen('append')
    if (this.#appending)
      throw new StoreFailure(
        'An inline projection called append, in the midst of the append that it is a part of. Nothing was written by that. Commit with a reactor what follows from an event.',
        'append',
      )
    const before = this.#log.length
    this.#appending = true
    try {
      return append(this.#log, commits, this.projections.inlineStep)
    } finally {
      this.#appending = false
      if (this.#log.length > before) this.#waiters.wake(true)
    }
  }

  async findCommits(commandIds: readonly string[]): Promise<readonly RecordedCommit[]> {
    this.#assertOpen('findCommits')
    return findCommits(this.#log, commandIds)
  }

  async readFeed(query: FeedQuery): Promise<FeedPage> {
    this.#assertOpen('readFeed')
    return readFeed(this.#log, query)
  }

  async waitForEvents(
    after: Cursor | undefined,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean> {
    this.#assertOpen('waitForEvents')
    if (scannedAt(this.#log, after, 'waitForEvents') < this.#log.length) return true
    return await this.#waiters.wait(options)
  }

  async headCursor(): Promise<Cursor | undefined> {
    this.#assertOpen('headCursor')
    return cursorAt(this.#log, this.#log.length)
  }

  hasReached(cursor: Cursor, position: Position): boolean {
    return hasReached(this.#log, cursor, position)
  }

  comparePositions(a: Position, b: Position): number {
    return comparePositions(a, b)
  }

  async readStream(stream: string, query: StreamPageQuery): Promise<readonly StoredEvent[]> {
    this.#assertOpen('readStream')
    return readStream(this.#log, stream, query)
  }

  async listStreams(query: StreamListQuery): Promise<readonly StreamInfo[]> {
    this.#assertOpen('listStreams')
    return this.#streams.page(query)
  }

  /** A table that projections on this store keep, as it stands. The caller says what its rows are. */
  readModel<Row>(name: string): MemoryTable<Row> {
    return this.#readModels.table(name)
  }

  /** Drops nothing: the events go with the object. Waiting readers of the feed are answered `false`. */
  async close(): Promise<void> {
    this.#closed = true
    this.#waiters.wake(false)
  }

  #assertOpen(operation: string): void {
    if (this.#closed) throw new StoreClosed(operation)
  }
}
