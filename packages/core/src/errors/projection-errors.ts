import type { Position } from '../store/position.ts'
import { EventCoreError } from './event-core-error.ts'

/** Base of the errors of projections and reactors. */
export abstract class ProjectionError extends EventCoreError {
  /** Name and version: `statement@2`. */
  readonly projection: string

  constructor(projection: string, message: string, options?: ErrorOptions) {
    super(`${projection}: ${message}`, options)
    this.projection = projection
  }
}

/** Which event a projection failed on. */
export interface FailedEvent {
  readonly id: string
  readonly stream: string
  readonly version: number
  readonly type: string
}

const named = ({ id, stream, version, type }: FailedEvent): string => `event ${version} of ${stream} (${type}, ${id})`

/** A handler threw. What it had written in its transaction is rolled back. The cause is the error thrown. */
export class ProjectionHandlerFailed extends ProjectionError {
  override readonly name = 'ProjectionHandlerFailed'
  readonly code = 'PROJECTION_HANDLER_FAILED'
  readonly retryable = false
  /** The event, or the first one of the batch that a batch handler failed on. */
  readonly event: FailedEvent

  constructor(projection: string, event: FailedEvent, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(projection, `its handler failed on ${named(event)}: ${reason}`, { cause })
    this.event = event
  }
}

/**
 * The cause of a {@link ProjectionHandlerFailed}: its time was over (`onFailure.timeoutMs`, or what the store gives a transaction in
 * which nothing happens). It may still be doing something outside of its transaction.
 */
export class HandlerTimeout extends EventCoreError {
  override readonly name = 'HandlerTimeout'
  readonly code = 'HANDLER_TIMEOUT'
  readonly retryable = false
  readonly timeoutMs: number

  constructor(
    timeoutMs: number,
    reason = `it was not done within ${timeoutMs} ms. Make it faster, or allow it more time in "onFailure.timeoutMs"`,
    options?: ErrorOptions,
  ) {
    super(`${reason}.`, options)
    this.timeoutMs = timeoutMs
  }
}

/** The event that was waited for is among the dead letters (or was skipped): the read model does not contain it. */
export class EventParked extends ProjectionError {
  override readonly name = 'EventParked'
  readonly code = 'EVENT_PARKED'
  readonly retryable = false
  readonly event: FailedEvent
  readonly reason: 'failed' | 'waiting' | 'skipped'

  constructor(projection: string, event: FailedEvent, reason: 'failed' | 'waiting' | 'skipped', error: string | null) {
    const why = { failed: 'failed', waiting: 'waits behind one that failed', skipped: 'was skipped' }[reason]
    super(
      projection,
      `${named(event)} ${why}${error === null ? '' : ` (${error})`}, so the read model does not contain it. Mend the handler, then retry the dead letters.`,
    )
    this.event = event
    this.reason = reason
  }
}

/** The projection had not come as far as the position within the time given. It may come there later. */
export class ProjectionWaitTimeout extends ProjectionError {
  override readonly name = 'ProjectionWaitTimeout'
  readonly code = 'PROJECTION_WAIT_TIMEOUT'
  readonly retryable = true
  readonly position: Position

  constructor(projection: string, position: Position, timeoutMs: number) {
    super(
      projection,
      `it did not reach position ${position} within ${timeoutMs} ms. Ask for its status, or wait longer.`,
    )
    this.position = position
  }
}

/** The projection has stopped because of an error, which is the cause. It goes on when it is started again. */
export class ProjectionHalted extends ProjectionError {
  override readonly name = 'ProjectionHalted'
  readonly code = 'PROJECTION_HALTED'
  readonly retryable = false

  constructor(projection: string, cause: unknown) {
    super(projection, `it has stopped: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/**
 * The checkpoint names an event that the feed does not have: the store was restored from a backup, or failed over to a
 * copy, and the read model has seen events that do not exist any more. It is never taken for "nothing to do".
 */
export class CheckpointAhead extends ProjectionError {
  override readonly name = 'CheckpointAhead'
  readonly code = 'CHECKPOINT_AHEAD'
  readonly retryable = false

  constructor(projection: string, cause: unknown) {
    super(
      projection,
      `its checkpoint is not in the feed: ${cause instanceof Error ? cause.message : String(cause)} ` +
        'The store was probably restored or failed over, and the read model contains events that are gone. Rebuild it.',
      { cause },
    )
  }
}

/**
 * The checkpoint is not where the batch begins: an attempt whose outcome was not known had been committed, or somebody moved it.
 * Nothing of the batch was written; the runner goes on from the checkpoint.
 */
export class CheckpointMoved extends ProjectionError {
  override readonly name = 'CheckpointMoved'
  readonly code = 'CHECKPOINT_MOVED'
  readonly retryable = true

  constructor(projection: string, expected: string | undefined) {
    super(projection, `its checkpoint is not at ${expected ?? 'the beginning'} any more. Go on from where it is.`)
  }
}

/** A dead letter was retried or discarded by somebody else in the meantime. Nothing was done. */
export class DeadLetterGone extends ProjectionError {
  override readonly name = 'DeadLetterGone'
  readonly code = 'DEAD_LETTER_GONE'
  readonly retryable = false

  constructor(projection: string, sequence: number) {
    super(projection, `dead letter ${sequence} is not there any more: somebody else retried or discarded it.`)
  }
}
