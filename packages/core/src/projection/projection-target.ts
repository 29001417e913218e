import type { EventStore } from '../store/event-store.ts'
import type { Cursor, Position } from '../store/position.ts'
import type { DeadLetterStore, NewDeadLetter } from './dead-letter.ts'

/** One step of a projection: what its handlers do, and how far it has come with it. All of it, or nothing. */
export interface ProjectionBatch<Tx> {
  /** Name of the checkpoint, of its lease and of its dead letters: `statement@2`. */
  readonly projection: string
  /** Absent: the checkpoint stays where it is. */
  readonly checkpoint?: {
    readonly cursor: Cursor
    readonly epoch: number
    /** Where it must be before; `undefined`: there must be none. */
    readonly after: Cursor | undefined
  }
  /**
   * For how long the owner's lease runs, in milliseconds. A transaction in which nothing happens for longer may be ended by the
   * store: its owner hangs, and a successor must not wait for its locks.
   */
  readonly leaseMs?: number
  /** True for a set-up: no two such batches of any projection run at once, since databases create tables badly side by side. */
  readonly exclusive?: boolean
  /** A dead letter that this batch settles: it is removed, first of all. */
  readonly resolves?: number
  /** The streams whose events are in the batch, each once. */
  readonly streams: readonly string[]
  /**
   * Does the work in the transaction, and answers which events are to be parked. `blocked` are those of {@link streams} that
   * have a letter which failed or waits, as the transaction sees them.
   */
  readonly apply: (tx: Tx, blocked: ReadonlySet<string>) => readonly NewDeadLetter[] | Promise<readonly NewDeadLetter[]>
}

/**
 * What a store adds so that projections can write where their checkpoint is kept. The transaction type belongs to the store.
 */
export interface ProjectionTarget<Tx> {
  /** `synchronous`: `apply` must not return a promise, and every handler is done when it returns. */
  readonly handlers: 'synchronous' | 'asynchronous'
  /**
   * For stores whose transactions take statements that are sent later: told before each handler how an error of what that
   * handler leaves is to be reported. `blame` makes it the error of the handler's event.
   */
  attribute?(tx: Tx, blame: (cause: unknown) => unknown): void
  /**
   * Runs one batch in one transaction: the dead letter that it settles, what `apply` writes, the letters that it answers
   * with, and the checkpoint. When it rejects, none of it was written, or the error says that it is not known: then the
   * checkpoint tells. What `apply` throws comes out as it is, unless it is a failure of the database itself.
   * @throws LeaseLost (`LEASE_LOST`) when a higher epoch was seen for this name. CheckpointMoved (`CHECKPOINT_MOVED`) when it is not
   * where the batch begins: an earlier attempt was committed after all. DeadLetterGone (`DEAD_LETTER_GONE`).
   */
  commit(batch: ProjectionBatch<Tx>): Promise<void>
  /**
   * In one transaction, fenced like a checkpoint: forgets the checkpoint and the dead letters, of `others` too, and runs `apply`.
   * @throws LeaseLost (`LEASE_LOST`)
   */
  restart(work: {
    readonly projection: string
    readonly epoch: number
    /** The other partitions of the projection, each under its own lease. */
    readonly others?: readonly { readonly projection: string; readonly epoch: number }[]
    readonly apply: (tx: Tx) => unknown
  }): Promise<void>
  /**
   * How many events stand after the cursor, whatever their stream. Where commits failed it may be too high by as much, and
   * beyond 10,000 it may be an estimate.
   */
  countEvents(after: Cursor | undefined): Promise<number>
  /** Of the last readable event; `undefined` while there is none. */
  headPosition(): Promise<Position | undefined>
  /** Which version of a projection readers are to use; `undefined` before the first {@link activate}. */
  activeVersion(name: string): Promise<number | undefined>
  /** In one transaction: makes it the version to use, and runs `apply`. */
  activate(work: {
    readonly name: string
    readonly version: number
    readonly apply: (tx: Tx, previous: number | undefined) => unknown
  }): Promise<void>
  readonly deadLetters: DeadLetterStore
}

/** An event store that can also keep read models. */
export interface ProjectingStore<Tx> extends EventStore {
  readonly projections: ProjectionTarget<Tx>
}
