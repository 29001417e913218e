import {
  type CheckpointStore,
  type Commit,
  type CommitResult,
  type Cursor,
  type EventStore,
  type FeedPage,
  type FeedQuery,
  type LeaseStore,
  type Position,
  type ReadOptions,
  type RecordedCommit,
  type SnapshotStore,
  StoreClosed,
  type StoredEvent,
  type StreamInfo,
  type StreamListQuery,
  type StreamPageQuery,
  type StreamRead,
  type StreamSlice,
} from 'eventcore'
import { append } from '../../../memory/src/append.ts'
import type { EventLog } from '../../../memory/src/event-log.ts'
import { comparePositions, cursorAt, hasReached, readFeed, scannedAt } from '../../../memory/src/feed.ts'
import { findCommits } from '../../../memory/src/find-commits.ts'
import { MemoryEventStore } from '../../../memory/src/memory-event-store.ts'
import { read, readStream } from '../../../memory/src/read.ts'
import { StreamList } from '../../../memory/src/stream-list.ts'
import type { SharedLog } from './shared-log.ts'

/** One for all handles, so that what they make grows. */
const ids = new MemoryEventStore()

/**
 * The memory store put together once more, as one of several handles on a log that outlives it. Correct as it stands: the
 * suite must pass it whole. The mutants override one method each.
 */
export class SharedLogStore implements EventStore {
  readonly kind: string = 'shared-log'
  readonly appendLanes = 1
  readonly snapshots: SnapshotStore
  readonly checkpoints: CheckpointStore
  readonly leases: LeaseStore
  protected readonly log: EventLog
  readonly #shared: SharedLog
  #closed = false

  constructor(shared: SharedLog) {
    this.#shared = shared
    this.log = shared.log
    this.snapshots = this.#guard(shared.snapshots)
    this.checkpoints = this.#guard(shared.checkpoints)
    this.leases = this.#guard(shared.leases)
  }

  newId(): string {
    return ids.newId()
  }

  async read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    this.assertOpen('read')
    return read(this.log, reads, options)
  }

  async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    this.assertOpen('append')
    const results = append(this.log, commits)
    this.wake()
    return results
  }

  async findCommits(commandIds: readonly string[]): Promise<readonly RecordedCommit[]> {
    this.assertOpen('findCommits')
    return findCommits(this.log, commandIds)
  }

  async readFeed(query: FeedQuery): Promise<FeedPage> {
    this.assertOpen('readFeed')
    return readFeed(this.log, query)
  }

  async waitForEvents(
    after: Cursor | undefined,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean> {
    this.assertOpen('waitForEvents')
    if (scannedAt(this.log, after, 'waitForEvents') < this.log.length) return true
    return await this.#shared.waiters.wait(options)
  }

  async headCursor(): Promise<Cursor | undefined> {
    this.assertOpen('headCursor')
    return cursorAt(this.log, this.log.length)
  }

  hasReached(cursor: Cursor, position: Position): boolean {
    return hasReached(this.log, cursor, position)
  }

  comparePositions(a: Position, b: Position): number {
    return comparePositions(a, b)
  }

  async readStream(stream: string, query: StreamPageQuery): Promise<readonly StoredEvent[]> {
    this.assertOpen('readStream')
    return readStream(this.log, stream, query)
  }

  async listStreams(query: StreamListQuery): Promise<readonly StreamInfo[]> {
    this.assertOpen('listStreams')
    return new StreamList(this.log).page(query)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#shared.waiters.wake(false)
  }

  protected wake(): void {
    this.#shared.waiters.wake(true)
  }

  protected assertOpen(operation: string): void {
    if (this.#closed) throw new StoreClosed(operation)
  }

  /** The same object, whose methods reject once this handle is closed. */
  #guard<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name) => {
        const method: unknown = Reflect.get(object, name)
        if (typeof method !== 'function') return method
        return async (...args: unknown[]) => {
          this.assertOpen(String(name))
          return await method.apply(object, args)
        }
      },
    })
  }
}
