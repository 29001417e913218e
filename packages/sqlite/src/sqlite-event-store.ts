import {
  assertValidCommits,
  type CheckpointStore,
  type Commit,
  type CommitResult,
  type Cursor,
  createIdSource,
  type FeedPage,
  type FeedQuery,
  inlineProjections,
  type LeaseStore,
  type Position,
  type ProjectingStore,
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
import { V7Generator } from 'uuidv7'
import { Appender } from './append.ts'
import { SqliteCheckpoints } from './checkpoints.ts'
import { classifyError } from './classify-error.ts'
import { decodePosition } from './cursor.ts'
import { Feed } from './feed.ts'
import { SqliteLeases } from './leases.ts'
import { LoopShare } from './loop-share.ts'
import { type Connections, openConnections } from './open-connections.ts'
import { assertStoreOptions, type SqliteEventStoreOptions } from './options.ts'
import { InlineAppends } from './projections/inline-appends.ts'
import { SqliteProjections } from './projections/sqlite-projections.ts'
import type { SqliteTransaction } from './projections/sqlite-transaction.ts'
import { read, readStream } from './read.ts'
import { Reader } from './reader.ts'
import { SqliteSnapshots } from './snapshots.ts'
import { StreamList } from './stream-list.ts'
import { WakeUp } from './wake-up.ts'
import { WriteQueue } from './write-queue.ts'
import { Writer } from './writer.ts'

const DEFAULT_BUSY_TIMEOUT_MS = 5_000
const DEFAULT_CACHED_STREAMS = 20_000

/**
 * Keeps events in one SQLite file, with the SQLite that is built into Node (`node:sqlite`). Several processes on one
 * machine may open the same file.
 *
 * SQLite works on the thread that calls it. What one turn of the event loop can be blocked for is bounded and stands in
 * docs/guide/sqlite.md with the measured figures; waiting for other processes never blocks it.
 */
export class SqliteEventStore implements ProjectingStore<SqliteTransaction> {
  readonly kind = 'sqlite'
  readonly appendLanes = 1
  readonly newId: () => string
  readonly snapshots: SnapshotStore
  readonly checkpoints: CheckpointStore
  readonly leases: LeaseStore
  readonly projections: SqliteProjections

  readonly #path: string
  readonly #reader: Reader
  readonly #writer: Writer
  readonly #queue: WriteQueue
  readonly #appender: Appender
  readonly #feed: Feed
  readonly #streams: StreamList
  readonly #wakeUp: WakeUp
  #closing: Promise<void> | undefined

  private constructor({ path, writer, reader }: Connections, options: SqliteEventStoreOptions, busyTimeoutMs: number) {
    this.newId = options.newId ?? createIdSource((random) => new V7Generator(random))
    this.#path = path
    const settings = { path, busyTimeoutMs, share: new LoopShare() }
    this.#reader = new Reader(reader, settings)
    this.#writer = new Writer(writer, options.cachedStreams ?? DEFAULT_CACHED_STREAMS)
    this.#feed = new Feed(reader, this.#reader.commits)
    this.#streams = new StreamList(reader)
    this.#wakeUp = new WakeUp(this.#reader, this.#feed)
    this.#queue = new WriteQueue(this.#writer, settings, () => this.#wakeUp.appended())
    const access = {
      reader: this.#reader,
      writer: this.#writer,
      read: <T>(operation: string, body: () => T) => this.#read(operation, body),
      write: <T>(operation: string, body: () => T) => this.#write(operation, body),
    }
    this.snapshots = new SqliteSnapshots(access)
    const checkpoints = new SqliteCheckpoints(access)
    this.checkpoints = checkpoints
    this.projections = new SqliteProjections(access, checkpoints, this.#feed)
    const inline = inlineProjections(options.inlineProjections ?? [])
    this.#appender = new Appender(
      this.#writer,
      inline.length === 0 ? undefined : new InlineAppends(inline, this.#writer, checkpoints),
    )
    this.leases = new SqliteLeases(access, options.now ?? Date.now)
  }

  /**
   * Opens the store in this file and creates or migrates it as needed. `:memory:` is refused: that is what
   * `@eventcore/memory` is for.
   * @throws InvalidOptions (`INVALID_OPTIONS`)
   * @throws StoreFailure (`STORE_FAILURE`) when the file cannot be used; the message says why and what to do
   * @throws StoreUnavailable (`STORE_UNAVAILABLE`) when another process keeps it locked for longer than `busyTimeoutMs`
   */
  static async open(file: string | URL, options: SqliteEventStoreOptions = {}): Promise<SqliteEventStore> {
    assertStoreOptions(options)
    const busyTimeoutMs = options.busyTimeoutMs ?? DEFAULT_BUSY_TIMEOUT_MS
    const connections = await openConnections(file, {
      durability: options.durability ?? 'full',
      busyTimeoutMs,
      now: options.now ?? Date.now,
    })
    const store = SqliteEventStore.#on(connections, options, busyTimeoutMs)
    try {
      for (const { id, setUp } of inlineProjections(options.inlineProjections ?? []))
        if (setUp !== undefined) await store.projections.setUp(id, setUp)
      return store
    } catch (error) {
      await store.close()
      throw error
    }
  }

  /** Its statements are prepared here, and each can find that the file is not what its migrations say. */
  static #on(connections: Connections, options: SqliteEventStoreOptions, busyTimeoutMs: number): SqliteEventStore {
    try {
      return new SqliteEventStore(connections, options, busyTimeoutMs)
    } catch (error) {
      connections.reader.close()
      connections.writer.close()
      throw classifyError(error, 'open', connections.path)
    }
  }

  read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    return this.#read('read', () => read(this.#reader.streams, reads, options))
  }

  async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    this.#assertOpen('append')
    assertValidCommits(commits)
    if (commits.length === 0) return []
    return await this.#queue.submit({
      operation: 'append',
      run: () => this.#appender.append(commits),
      commandIds: commits.map(({ commandId }) => commandId),
    })
  }

  findCommits(commandIds: readonly string[]): Promise<readonly RecordedCommit[]> {
    // A set, since a command id that is asked for twice is still one commit.
    return this.#read('findCommits', () =>
      [...new Set(commandIds)].flatMap((id) => this.#reader.commits.find(id) ?? []),
    )
  }

  readFeed(query: FeedQuery): Promise<FeedPage> {
    return this.#read('readFeed', () => this.#feed.page(query))
  }

  async waitForEvents(
    after: Cursor | undefined,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean> {
    const position = await this.#read('waitForEvents', () => {
      const scanned = this.#feed.scanned(after, 'waitForEvents')
      return this.#feed.hasMore(scanned) ? undefined : scanned
    })
    return position === undefined ? true : await this.#wakeUp.wait(position, options)
  }

  headCursor(): Promise<Cursor | undefined> {
    return this.#read('headCursor', () => this.#feed.headCursor())
  }

  hasReached(cursor: Cursor, position: Position): boolean {
    this.#assertOpen('hasReached')
    try {
      return this.#reader.now(() => this.#feed.hasReached(cursor, position))
    } catch (error) {
      throw classifyError(error, 'hasReached', this.#path)
    }
  }

  comparePositions(a: Position, b: Position): number {
    return decodePosition(a, 'comparePositions') - decodePosition(b, 'comparePositions')
  }

  readStream(stream: string, query: StreamPageQuery): Promise<readonly StoredEvent[]> {
    return this.#read('readStream', () => readStream(this.#reader.streams, stream, query))
  }

  listStreams(query: StreamListQuery): Promise<readonly StreamInfo[]> {
    return this.#read('listStreams', () => this.#streams.page(query))
  }

  /** Finishes the writes that wait, empties the WAL into the file where nobody else is in the way, and closes the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#queue.idle()
    this.#wakeUp.close()
    await this.#reader.idle()
    this.#reader.db.close()
    try {
      this.#writer.db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // The WAL stays beside the file, complete, and the next one to open it goes on with it.
    }
    this.#writer.db.close()
  }

  async #read<T>(operation: string, body: () => T): Promise<T> {
    this.#assertOpen(operation)
    return await this.#reader.snapshot(operation, body)
  }

  async #write<T>(operation: string, body: () => T): Promise<T> {
    this.#assertOpen(operation)
    return await this.#queue.submit({ operation, run: body })
  }

  #assertOpen(operation: string): void {
    if (this.#closing !== undefined) throw new StoreClosed(operation)
  }
}
