import type { EventStoreError } from '../errors/event-store-error.ts'
import type { Cursor } from '../store/position.ts'

/**
 * - `stopped`: not started, or stopped by hand, or what it needs was closed first (`lastError` says what).
 * - `standby`: another owner works; this one takes over when that one's lease runs out.
 * - `catching-up`: it is behind, and works without a pause.
 * - `live`: it has reached the head, and waits for more.
 * - `retrying`: an event failed, and is tried again after a pause.
 * - `unavailable`: the store cannot be reached; it is tried again until it can, with growing random pauses of up to 30 s.
 * - `paused`: by hand; it keeps its lease.
 * - `failed`: it stopped because of `lastError`: a handler's, or one of the store that does not pass. Somebody must act, then start it
 *   again.
 * - `checkpoint-ahead`: its checkpoint is not in the feed (restore, fail-over). An alarm: rebuild it.
 */
export type ProjectionState =
  | 'stopped'
  | 'standby'
  | 'catching-up'
  | 'live'
  | 'retrying'
  | 'unavailable'
  | 'paused'
  | 'failed'
  | 'checkpoint-ahead'

/**
 * What the runner knows itself, and what the store says. Where the store cannot be asked, `storeError` says why, and what only it knows
 * is `undefined`.
 */
export interface ProjectionStatus {
  /** Name and version: `statement@2`. */
  readonly projection: string
  readonly state: ProjectionState
  /** Who holds the lease, in whatever process: the id of its runner. `undefined` when nobody does, or it is not known. */
  readonly owner: string | undefined
  /** Whether that is this runner. */
  readonly owns: boolean
  /** How far it has come; `undefined` before its first event, and where that is not known. */
  readonly cursor: Cursor | undefined
  readonly head: Cursor | undefined
  /**
   * Events of the feed behind the checkpoint, those of other streams included. `undefined` when the checkpoint is not in the
   * feed: that is no lag, but an alarm. Beyond 10,000 PostgreSQL estimates it.
   */
  readonly lagEvents: number | undefined
  /**
   * Age of the oldest event that it still has to handle; 0 when there is none. Where so many events of other streams stand before
   * that one that a single page of the feed does not come to it, the age of an older event: at most too much, never too little.
   */
  readonly lagSeconds: number | undefined
  /** Events handled per second, over the last five seconds, by this runner. */
  readonly rate: number
  /** How long catching up takes at this rate; `undefined` without a rate. */
  readonly secondsLeft: number | undefined
  readonly deadLetters: Readonly<Record<'failed' | 'waiting' | 'skipped', number>> | undefined
  /** Why it is in this state, or what went wrong since it was last `live` or on `standby`: from then on `undefined`. */
  readonly lastError: unknown
  /** Why the store could not be asked just now; `undefined` when it answered. */
  readonly storeError: EventStoreError | undefined
}
