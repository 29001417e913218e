import { EventStoreError } from './event-store-error.ts'

/** Definite and passing: nothing was written, and trying again later may succeed (busy, no connection, deadlock). */
export class StoreUnavailable extends EventStoreError {
  override readonly name = 'StoreUnavailable'
  readonly code = 'STORE_UNAVAILABLE'
  readonly retryable = true
}

/** Definite and lasting: nothing was written, and somebody must do something first (disk full, no permission, corrupt file). */
export class StoreFailure extends EventStoreError {
  override readonly name = 'StoreFailure'
  readonly code = 'STORE_FAILURE'
  readonly retryable = false
}

/** A projection that the store keeps within its appends could not take an event, so the commit was not written. */
export class InlineProjectionFailed extends EventStoreError {
  override readonly name = 'InlineProjectionFailed'
  readonly code = 'INLINE_PROJECTION_FAILED'
  readonly retryable = false
  /** Name and version: `balances@1`. */
  readonly projection: string

  /** @param cause what its handler threw, or the database said to what it wrote */
  constructor(projection: string, cause: unknown) {
    super(
      `The inline projection ${projection} failed, so the commit was not written: ${cause instanceof Error ? cause.message : String(cause)}. Mend the projection, or keep it behind the feed.`,
      'append',
      { cause },
    )
    this.projection = projection
  }
}

/** The store was closed before the call. Nothing was written. */
export class StoreClosed extends EventStoreError {
  override readonly name = 'StoreClosed'
  readonly code = 'STORE_CLOSED'
  readonly retryable = false

  constructor(operation: string) {
    super(`The event store is closed, so "${operation}" was not done. Open a new store.`, operation)
  }
}

/**
 * It is not known whether the commits were written: the answer got lost. Not a failure. Look the command ids up with
 * `findCommits`: *found* means committed; *not found* means only that it is not committed yet, since the old attempt may
 * still be under way. Doing the same again **under the same command id** is always safe.
 */
export class CommitOutcomeUnknown extends EventStoreError {
  override readonly name = 'CommitOutcomeUnknown'
  readonly code = 'COMMIT_OUTCOME_UNKNOWN'
  readonly retryable = true
  readonly commandIds: readonly string[]

  constructor(commandIds: readonly string[], options?: ErrorOptions) {
    super(
      `It is not known whether ${commandIds.length === 1 ? `command ${commandIds[0]} was` : `${commandIds.length} commands were`} committed. ` +
        'Execute again under the same command id: it commits at most once.',
      'append',
      options,
    )
    this.commandIds = commandIds
  }
}

/** A commit that no store may accept. A defect in the caller; nothing was written. */
export class InvalidCommit extends EventStoreError {
  override readonly name = 'InvalidCommit'
  readonly code = 'INVALID_COMMIT'
  readonly retryable = false
  readonly commandId: string

  constructor(commandId: string, message: string) {
    super(`Commit ${commandId}: ${message}`, 'append')
    this.commandId = commandId
  }
}

/** The cursor or position was not made by this store, or names an event that the store does not have. */
export class InvalidCursor extends EventStoreError {
  override readonly name = 'InvalidCursor'
  readonly code = 'INVALID_CURSOR'
  readonly retryable = false
  readonly cursor: string

  constructor(operation: string, cursor: string, reason: string, options?: ErrorOptions) {
    super(`${JSON.stringify(cursor)} is no cursor of this store: ${reason}.`, operation, options)
    this.cursor = cursor
  }
}

/** A write under a lease that another owner has taken over since. Nothing was written. */
export class LeaseLost extends EventStoreError {
  override readonly name = 'LeaseLost'
  readonly code = 'LEASE_LOST'
  readonly retryable = false
  readonly leaseName: string
  readonly epoch: number
  readonly currentEpoch: number

  constructor(operation: string, leaseName: string, epoch: number, currentEpoch: number) {
    super(
      `"${leaseName}" was written under epoch ${epoch}, but epoch ${currentEpoch} has begun: another owner took over. Stop, and acquire the lease again.`,
      operation,
    )
    this.leaseName = leaseName
    this.epoch = epoch
    this.currentEpoch = currentEpoch
  }
}
