import type { Cursor } from '../store/position.ts'

/**
 * - `stopped`: not started, or stopped by hand.
 * - `standby`: another owner works; this one takes over when that one's lease runs out.
 * - `catching-up`: it is behind, and works without a pause.
 * - `live`: it has reached the head, and waits for more.
 * - `retrying`: an event failed, and is tried again after a pause.
 * - `unavailable`: the store cannot be reached; it is tried again.
 * - `paused`: by hand; it keeps its lease.
 * - `failed`: it stopped because of `lastError`. Somebody must act, then start it again.
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

export interface ProjectionStatus {
  /** Name and version: `statement@2`. */
  readonly projection: string
  readonly state: ProjectionState
  /** Who holds the lease, in whatever process: the id of its runner. `undefined` when nobody does. */
  readonly owner: string | undefined
  /** Whether that is this runner. */
  readonly owns: boolean
  /** How far it has come; `undefined` before its first event. */
  readonly cursor: Cursor | undefined
  readonly head: Cursor | undefined
  /**
   * Events of the feed behind the checkpoint, those of other streams included. `undefined` when the checkpoint is not in the
   * feed: that is no lag, but an alarm. Beyond 10,000 PostgreSQL estimates it.
   */
  readonly lagEvents: number | undefined
  /** Age of the oldest event that it still has to handle; 0 when there is none. */
  readonly lagSeconds: number | undefined
  /** Events handled per second, over the last five seconds, by this runner. */
  readonly rate: number
  /** How long catching up takes at this rate; `undefined` without a rate. */
  readonly secondsLeft: number | undefined
  readonly deadLetters: Readonly<Record<'failed' | 'waiting' | 'skipped', number>>
  readonly lastError: unknown
}
