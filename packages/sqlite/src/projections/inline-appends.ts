import type { StatementSync } from 'node:sqlite'
import { asCursor, EventStoreError, type InlineProjection, StoreFailure } from 'eventcore'
import type { SqliteCheckpoints } from '../checkpoints.ts'
import { Feed } from '../feed.ts'
import type { Writer } from '../writer.ts'
import { CHARACTERS_PER_CHANGE, type SqliteTransaction, WriterTransaction } from './sqlite-transaction.ts'

/** So many events that were appended without the projection are made up for by the next append. */
const CATCH_UP_LIMIT = 1_000

/** Inline projections within the writer's transaction: each moves in step with the events, savepoint by savepoint. */
export class InlineAppends {
  readonly #projections: readonly InlineProjection<SqliteTransaction>[]
  readonly #checkpoints: SqliteCheckpoints
  readonly #writer: Writer
  readonly #feed: Feed
  readonly #transaction: WriterTransaction
  readonly #begin: StatementSync
  readonly #undo: StatementSync
  readonly #end: StatementSync

  constructor(
    projections: readonly InlineProjection<SqliteTransaction>[],
    writer: Writer,
    checkpoints: SqliteCheckpoints,
  ) {
    this.#projections = projections
    this.#checkpoints = checkpoints
    this.#writer = writer
    // On the connection that writes: it sees what the transaction has written so far.
    this.#feed = new Feed(writer.db, writer.commits)
    this.#transaction = new WriterTransaction(writer.db)
    this.#begin = writer.db.prepare('SAVEPOINT eventcore_inline')
    this.#undo = writer.db.prepare('ROLLBACK TO eventcore_inline')
    this.#end = writer.db.prepare('RELEASE eventcore_inline')
  }

  /**
   * Before an append: what others appended without the projections.
   * @throws InlineProjectionFailed (`INLINE_PROJECTION_FAILED`) when a handler fails, StoreFailure (`STORE_FAILURE`) when too much is missing. Nothing was written.
   */
  catchUp(): void {
    const head = this.#feed.headCursor()
    const behind = this.#projections.filter(({ id }) => this.#checkpoints.cursorNow(id) !== head)
    if (behind.length === 0) return
    const result = this.inSavepoint(() => {
      for (const projection of behind) this.#catchUpOne(projection)
      return undefined
    })
    if (result !== undefined) throw result.failure
  }

  /** The events behind a position, which stand in the transaction. */
  project(position: number): void {
    const events = this.#feed.behind(position)
    for (const projection of this.#projections) projection.apply(events, this.#transaction)
  }

  /** Behind an append. */
  advance(): void {
    this.#writer.wrote(0, this.#transaction.takeChanges() * CHARACTERS_PER_CHANGE)
    const head = this.#feed.headCursor()
    if (head !== undefined) for (const { id } of this.#projections) this.#checkpoints.advanceNow(id, head)
  }

  /** Takes back what the body wrote when it throws an error of the store contract; another error ends the transaction. */
  inSavepoint<T>(body: () => T): T | { readonly failure: EventStoreError } {
    this.#begin.run()
    try {
      const result = body()
      this.#end.run()
      return result
    } catch (error) {
      if (!(error instanceof EventStoreError)) throw error
      this.#undo.run()
      this.#end.run()
      return { failure: error }
    }
  }

  #catchUpOne(projection: InlineProjection<SqliteTransaction>): void {
    const known = this.#checkpoints.cursorNow(projection.id)
    const page = this.#feed.page({ after: known === undefined ? undefined : asCursor(known), limit: CATCH_UP_LIMIT })
    if (!page.atHead)
      throw new StoreFailure(
        `The inline projection ${projection.id} is more than ${CATCH_UP_LIMIT} events behind, so nothing was written. Let a ProjectionRunner catch up with it, then append.`,
        'append',
      )
    projection.apply(page.events, this.#transaction)
    if (page.cursor !== undefined) this.#checkpoints.advanceNow(projection.id, page.cursor)
  }
}
