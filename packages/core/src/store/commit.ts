import type { EventStoreError } from '../errors/event-store-error.ts'
import type { Position } from './position.ts'
import type { NewEvent, StoredEvent } from './stored-event.ts'

/**
 * "This stream still stands where I read it." Every stream that a command read carries one, whether it writes to the
 * stream, only reads it, or read it as absent.
 */
export interface StreamCheck {
  readonly stream: string
  /** The version that was read; 0 when the stream was read as absent. */
  readonly version: number
  /**
   * The id of the event at {@link version}, `null` at version 0. A version number does not name its content: a decision
   * taken on an event that was never committed must not pass because another event now stands at the same version.
   */
  readonly headId: string | null
  /** The durable version, at most {@link version}, after which a conflict reports the missed events. */
  readonly base: number
}

/** What one command asks a store to commit: all of it or nothing. */
export interface Commit {
  /** Commits at most once. */
  readonly commandId: string
  readonly commandName: string
  /** Hash of the command's input: the same id with another input is a mistake, not a repetition. */
  readonly inputHash: string
  /** Every stream read, each named once. Events may only go to streams named here: there is no unconditional append. */
  readonly checks: readonly StreamCheck[]
  /** In the order in which they are to stand in the feed. Empty: check, look the command id up, write nothing. */
  readonly events: readonly NewEvent[]
  /** Milliseconds since the epoch, by the executor's clock. */
  readonly recordedAt: number
  readonly correlationId: string
  readonly causationId: string | null
  /** JSON text of the caller's metadata (actor and custom entries). */
  readonly metadata: string
}

/** A stream and the version at which a command read it. */
export interface StreamVersion {
  readonly stream: string
  readonly version: number
}

/** What is kept about a commit beside its events. */
export interface CommitRecord {
  readonly commandId: string
  readonly commandName: string
  readonly inputHash: string
  /** The read set: every stream that was checked, in the order of the commit's checks. */
  readonly reads: readonly StreamVersion[]
  readonly recordedAt: number
  readonly correlationId: string
  readonly causationId: string | null
  readonly metadata: string
}

/** A commit found again, with the events that it wrote, in their order. */
export interface RecordedCommit extends CommitRecord {
  readonly events: readonly StoredEvent[]
}

/** One failing check of a commit. */
export interface StreamConflict {
  readonly stream: string
  readonly expectedVersion: number
  readonly expectedHeadId: string | null
  readonly actualVersion: number
  readonly actualHeadId: string | null
  /** The events after the check's `base` in version order: all of them, or the first ones when {@link missedComplete} is false. */
  readonly missed: readonly StoredEvent[]
  readonly missedComplete: boolean
}

/** Durable: the events stand in all their streams. `positions` has one entry per event, in order. */
export interface Committed {
  readonly status: 'committed'
  readonly positions: readonly Position[]
}

/** The commit had no events; all its checks hold and its command id is not recorded. Nothing was written. */
export interface Verified {
  readonly status: 'verified'
}

/** At least one check fails; all failing ones are listed. Nothing of this commit was written. */
export interface Conflicted {
  readonly status: 'conflict'
  readonly conflicts: readonly StreamConflict[]
}

/** The command id is recorded already. Outranks every other answer. Nothing was written. */
export interface Duplicate {
  readonly status: 'duplicate'
  readonly commit: RecordedCommit
}

/** This commit alone failed for a definite reason (an inline projection threw, say). Nothing of it was written. */
export interface Failed {
  readonly status: 'failed'
  readonly error: EventStoreError
}

export type CommitResult = Committed | Verified | Conflicted | Duplicate | Failed
