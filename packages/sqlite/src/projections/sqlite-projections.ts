import type { SQLInputValue, StatementSync } from 'node:sqlite'
import {
  asPosition,
  CheckpointMoved,
  type Cursor,
  type Position,
  type ProjectionBatch,
  ProjectionHandlerFailed,
  type ProjectionTarget,
} from 'eventcore'
import type { SqliteCheckpoints } from '../checkpoints.ts'
import { resultCode, SQLITE } from '../classify-error.ts'
import type { Feed } from '../feed.ts'
import { Query } from '../query.ts'
import type { StoreAccess } from '../store-access.ts'
import { SqliteDeadLetters } from './dead-letters.ts'
import { ReadModelQuery } from './read-model-query.ts'
import { CHARACTERS_PER_CHANGE, type SqliteTransaction, WriterTransaction } from './sqlite-transaction.ts'

/** These are the file's fault, whoever ran the statement. */
const DATABASE_FAILURES: ReadonlySet<number | undefined> = new Set([
  SQLITE.BUSY,
  SQLITE.LOCKED,
  SQLITE.READONLY,
  SQLITE.IOERR,
  SQLITE.CORRUPT,
  SQLITE.FULL,
  SQLITE.CANTOPEN,
  SQLITE.NOTADB,
])

/**
 * Read models in the file of the events. Batches go through the store's own writer: one transaction for the rows, the dead
 * letters and the checkpoint, which it may share with appends, so that one flush of the disk serves them all. A savepoint
 * takes back what a handler did that failed.
 */
export class SqliteProjections implements ProjectionTarget<SqliteTransaction> {
  readonly handlers = 'synchronous'
  readonly deadLetters: SqliteDeadLetters
  readonly #access: StoreAccess
  readonly #checkpoints: SqliteCheckpoints
  readonly #feed: Feed
  readonly #transaction: WriterTransaction
  readonly #begin: StatementSync
  readonly #undo: StatementSync
  readonly #end: StatementSync
  readonly #count: Query<[number]>
  readonly #active: Query<[number]>
  readonly #activeNow: Query<[number]>
  readonly #activate: StatementSync
  readonly #query: ReadModelQuery

  /** @internal */
  constructor(access: StoreAccess, checkpoints: SqliteCheckpoints, feed: Feed) {
    this.#access = access
    this.#checkpoints = checkpoints
    this.#feed = feed
    this.deadLetters = new SqliteDeadLetters(access)
    const { reader, writer } = access
    this.#transaction = new WriterTransaction(writer.db)
    this.#begin = writer.db.prepare('SAVEPOINT eventcore_projection')
    this.#undo = writer.db.prepare('ROLLBACK TO eventcore_projection')
    this.#end = writer.db.prepare('RELEASE eventcore_projection')
    // Positions have no gaps here.
    this.#count = new Query(reader.db, 'SELECT coalesce(max(position), 0) AS last FROM eventcore_events')
    const active = 'SELECT version FROM eventcore_projections WHERE name = ?'
    this.#active = new Query(reader.db, active)
    this.#activeNow = new Query(writer.db, active)
    this.#activate = writer.db.prepare(
      `INSERT INTO eventcore_projections (name, version) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET version = excluded.version`,
    )
    this.#query = new ReadModelQuery(reader.db)
  }

  commit(batch: ProjectionBatch<SqliteTransaction>): Promise<void> {
    const { projection, checkpoint, resolves, streams, apply } = batch
    return this.#write('projections.commit', () => {
      if (checkpoint !== undefined) {
        const { cursor, epoch, after } = checkpoint
        const before = this.#checkpoints.cursorNow(projection)
        this.#checkpoints.saveNow({ name: projection, cursor, epoch }, 'projections.commit')
        if (before !== after) throw new CheckpointMoved(projection, after)
      }
      if (resolves !== undefined) this.deadLetters.removeNow(projection, resolves)
      const letters = apply(this.#transaction, this.deadLetters.blockedNow(projection, streams))
      this.deadLetters.addNow(synchronous(letters))
    })
  }

  /** Creates the tables of an inline projection. @internal */
  setUp(projection: string, setUp: (tx: SqliteTransaction) => unknown): Promise<void> {
    return this.#write(`setUp of ${projection}`, () => void synchronous(setUp(this.#transaction)))
  }

  restart(work: {
    readonly projection: string
    readonly epoch: number
    readonly others?: readonly { readonly projection: string; readonly epoch: number }[]
    readonly apply: (tx: SqliteTransaction) => unknown
  }): Promise<void> {
    const { projection, epoch, others = [], apply } = work
    return this.#write('projections.restart', () => {
      for (const one of [{ projection, epoch }, ...others]) {
        this.#checkpoints.forgetNow(one.projection, one.epoch, 'projections.restart')
        this.deadLetters.clearNow(one.projection)
      }
      synchronous(apply(this.#transaction))
    })
  }

  countEvents(after: Cursor | undefined): Promise<number> {
    return this.#access.read('projections.countEvents', () => {
      const scanned = this.#feed.scanned(after, 'projections.countEvents')
      return (this.#count.get()?.[0] ?? 0) - scanned
    })
  }

  headPosition(): Promise<Position | undefined> {
    return this.#access.read('projections.headPosition', () => {
      const last = this.#count.get()?.[0] ?? 0
      return last === 0 ? undefined : asPosition(String(last))
    })
  }

  activeVersion(name: string): Promise<number | undefined> {
    return this.#access.read('projections.activeVersion', () => this.#active.get(name)?.[0])
  }

  activate(work: {
    readonly name: string
    readonly version: number
    readonly apply: (tx: SqliteTransaction, previous: number | undefined) => unknown
  }): Promise<void> {
    const { name, version, apply } = work
    return this.#write('projections.activate', () => {
      const previous = this.#activeNow.get(name)?.[0]
      this.#activate.run(name, version)
      synchronous(apply(this.#transaction, previous))
    })
  }

  /**
   * Reads a read model, in one snapshot, on the connection that reads events: one `SELECT` (`WITH`, `VALUES`), with a value for each `?`.
   * The caller says what the rows are; they are plain objects, by column names.
   */
  query<Row>(sql: string, ...parameters: SQLInputValue[]): Promise<readonly Row[]> {
    return this.#access.read('projections.query', () => this.#query.all<Row>(sql, parameters))
  }

  #write(operation: string, body: () => void): Promise<void> {
    return this.#access.write(operation, () => {
      this.#begin.run()
      try {
        body()
      } catch (error) {
        const { cause } = error as { readonly cause?: unknown }
        // Not the handler's fault, and the transaction may be gone already: the queue deals with it.
        if (error instanceof ProjectionHandlerFailed && DATABASE_FAILURES.has(resultCode(cause))) throw cause
        this.#undo.run()
        this.#end.run()
        throw error
      }
      this.#end.run()
      this.#access.writer.wrote(0, this.#transaction.takeChanges() * CHARACTERS_PER_CHANGE)
    })
  }
}

function synchronous<T>(answer: T | Promise<T>): T {
  if (!(answer instanceof Promise)) return answer
  answer.catch(() => {})
  throw new TypeError('projections on the SQLite store are synchronous: what they call returned a promise')
}
