import {
  assertValidCommits,
  type CheckpointStore,
  type Commit,
  type CommitResult,
  type Cursor,
  createIdSource,
  type FeedPage,
  type FeedQuery,
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
import { Appender } from './append/appender.ts'
import { Connections } from './connection/connections.ts'
import { CONNECT_TIMEOUT_MS, type OpenedPool, openPool } from './connection/open-pool.ts'
import { prepareDatabase } from './connection/prepare-database.ts'
import { Session } from './connection/session.ts'
import { comparePositions, pointOf, positionNumber } from './feed/feed-position.ts'
import { FeedReader } from './feed/feed-reader.ts'
import { type FeedStatus, FeedStatusReader } from './feed/feed-status.ts'
import { Listener } from './feed/listener.ts'
import { channelOf, Notifier } from './feed/notifier.ts'
import { WakeUp } from './feed/wake-up.ts'
import { assertStoreOptions, type PostgresEventStoreOptions } from './options.ts'
import type { PostgresTransaction } from './projections/handler-transaction.ts'
import { InlineStatements } from './projections/inline-statements.ts'
import { PostgresProjections } from './projections/postgres-projections.ts'
import { CommitFinder } from './read/find-commits.ts'
import { StreamReader } from './read/stream-reader.ts'
import { type Naming, naming, statementNamespace } from './schema/naming.ts'
import { PostgresCheckpoints } from './state/checkpoints.ts'
import { PostgresLeases } from './state/leases.ts'
import { PostgresSnapshots } from './state/snapshots.ts'

const STATEMENT_TIMEOUT_MS = 30_000
/** What the server gets to report its own time-out before the connection is given up. */
const ANSWER_GRACE_MS = 5_000
const APPEND_LANES = 2
const POLL_INTERVAL_MS = 1_000
const POLL_INTERVAL_WITHOUT_NOTIFICATIONS_MS = 100

/**
 * Keeps events in PostgreSQL, 14 or later: the production store. Any number of processes may use one database.
 *
 * Each append is one call of a function in the database, which locks, checks and writes in one transaction of its own.
 * No connection is held between two calls.
 */
export class PostgresEventStore implements ProjectingStore<PostgresTransaction> {
  readonly kind = 'postgres'
  readonly appendLanes: number
  readonly newId: () => string
  readonly snapshots: SnapshotStore
  readonly checkpoints: CheckpointStore
  readonly leases: LeaseStore
  readonly projections: PostgresProjections

  readonly #connections: Connections
  readonly #appender: Appender
  readonly #commits: CommitFinder
  readonly #streams: StreamReader
  readonly #feed: FeedReader
  readonly #status: FeedStatusReader
  readonly #wakeUp: WakeUp
  readonly #notifier: Notifier | undefined
  readonly #listener: Listener | undefined
  #closing: Promise<void> | undefined

  private constructor(
    connections: Connections,
    session: Session,
    { createClient }: OpenedPool,
    names: Naming,
    options: PostgresEventStoreOptions,
    inline: InlineStatements | undefined,
  ) {
    this.appendLanes = options.appendLanes ?? APPEND_LANES
    this.newId = options.newId ?? createIdSource((random) => new V7Generator(random))
    this.#connections = connections
    this.#commits = new CommitFinder(connections, names)
    this.#appender = new Appender(connections, this.#commits, names, {
      durable: options.durability !== 'relaxed',
      inline,
    })
    this.#streams = new StreamReader(connections, names)
    this.#feed = new FeedReader(connections, names)
    this.#status = new FeedStatusReader(connections, this.#feed, names)
    this.snapshots = new PostgresSnapshots(connections, names)
    this.checkpoints = new PostgresCheckpoints(connections, names)
    this.leases = new PostgresLeases(connections, names)
    this.projections = new PostgresProjections(connections, this.#feed, names)

    const notifies = options.notifications !== false
    // What a pooler in transaction mode listens with is not ours for long.
    const listens = notifies && (!session.pooled || options.listenUrl !== undefined)
    this.#wakeUp = new WakeUp(this.#feed, {
      pollIntervalMs: options.pollIntervalMs ?? (listens ? POLL_INTERVAL_MS : POLL_INTERVAL_WITHOUT_NOTIFICATIONS_MS),
      listening: () => this.#listener?.listening === true,
      onFirstWaiter: () => this.#listener?.start(),
    })
    this.#listener = listens
      ? new Listener({
          createClient,
          channel: channelOf(names),
          onAppended: (position) => this.#wakeUp.committed(position),
          onGap: () => this.#wakeUp.suspect(),
        })
      : undefined
    this.#notifier = notifies ? new Notifier(connections, this.#listener, names) : undefined
  }

  /**
   * Opens the store in this database and creates or migrates its schema as needed.
   * @throws InvalidOptions (`INVALID_OPTIONS`), InvalidDefinition (`INVALID_DEFINITION`) for a URL, a schema or a prefix that cannot be
   * @throws StoreFailure (`STORE_FAILURE`) when the database cannot be used; the message says why and what to do
   * @throws StoreUnavailable (`STORE_UNAVAILABLE`) when it cannot be reached
   */
  static async open(where: string | PostgresEventStoreOptions): Promise<PostgresEventStore> {
    const options = typeof where === 'string' ? { url: where } : where
    assertStoreOptions(options)
    const names = naming(options.schema, options.prefix)
    const { inlineProjections = [] } = options
    const inline = inlineProjections.length === 0 ? undefined : new InlineStatements(inlineProjections)
    const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS
    const queryTimeoutMs = statementTimeoutMs + (options.answerGraceMs ?? ANSWER_GRACE_MS)
    const opened = openPool(options, queryTimeoutMs)
    const session = new Session({ owned: opened.owned, statementTimeoutMs, queryTimeoutMs })
    const connections = new Connections({
      ...opened,
      session,
      namespace: statementNamespace(names),
      connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      queryTimeoutMs,
    })
    try {
      await connections.withClient('open', (client) => prepareDatabase(client, names, options.migrations ?? 'apply'))
    } catch (error) {
      await connections.close()
      throw error
    }
    const store = new PostgresEventStore(connections, session, opened, names, options, inline)
    try {
      if (inline !== undefined) await store.projections.beginInline(inline.projections)
    } catch (error) {
      await store.close()
      throw error
    }
    return store
  }

  async read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    this.#assertOpen('read')
    return await this.#streams.read(reads, options)
  }

  async append(commits: readonly Commit[]): Promise<readonly CommitResult[]> {
    this.#assertOpen('append')
    assertValidCommits(commits)
    if (commits.length === 0) return []
    const results = await this.#connections.track(() => this.#appender.append(commits))
    const last = lastPosition(results)
    if (last !== undefined) {
      this.#wakeUp.committed(last)
      this.#notifier?.appended(last)
    }
    return results
  }

  async findCommits(commandIds: readonly string[]): Promise<readonly RecordedCommit[]> {
    this.#assertOpen('findCommits')
    return await this.#commits.find(commandIds)
  }

  async readFeed(query: FeedQuery): Promise<FeedPage> {
    this.#assertOpen('readFeed')
    return await this.#connections.track(() => this.#feed.page(query))
  }

  async waitForEvents(
    after: Cursor | undefined,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean> {
    this.#assertOpen('waitForEvents')
    return await this.#wakeUp.wait(after, options)
  }

  async headCursor(): Promise<Cursor | undefined> {
    this.#assertOpen('headCursor')
    return await this.#feed.headCursor()
  }

  hasReached(cursor: Cursor, position: Position): boolean {
    this.#assertOpen('hasReached')
    return pointOf(cursor, 'hasReached').position >= positionNumber(position, 'hasReached')
  }

  comparePositions(a: Position, b: Position): number {
    return comparePositions(a, b)
  }

  async readStream(stream: string, query: StreamPageQuery): Promise<readonly StoredEvent[]> {
    this.#assertOpen('readStream')
    return await this.#streams.page(stream, query)
  }

  async listStreams(query: StreamListQuery): Promise<readonly StreamInfo[]> {
    this.#assertOpen('listStreams')
    return await this.#streams.list(query)
  }

  /** How far the feed can be read, and by which session of the server it is held back. */
  async feedStatus(): Promise<FeedStatus> {
    this.#assertOpen('feedStatus')
    return await this.#status.read()
  }

  /** Finishes what was begun, and ends the connections that are the store's own. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#wakeUp.close()
    await this.#connections.idle()
    await this.#notifier?.idle()
    await this.#listener?.close()
    await this.#connections.close()
  }

  #assertOpen(operation: string): void {
    if (this.#closing !== undefined) throw new StoreClosed(operation)
  }
}

/** The highest position of what a batch has committed. */
function lastPosition(results: readonly CommitResult[]): bigint | undefined {
  for (let i = results.length - 1; i >= 0; i--) {
    const result = results[i]
    const position = result?.status === 'committed' ? result.positions.at(-1) : undefined
    if (position !== undefined) return BigInt(position)
  }
  return undefined
}
