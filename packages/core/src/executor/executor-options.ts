import type { Metadata } from '../command/metadata.ts'
import type { StreamConflict } from '../store/commit.ts'

/** Why a command is decided again. */
export type RetryReason =
  /** A stream that it read has changed since. */
  | 'conflict'
  /** The store could not be reached or was busy; nothing was written. */
  | 'unavailable'
  /** The answer of the store was lost, and the command id was not found (yet). */
  | 'unknown-outcome'

export interface RetryInfo {
  readonly commandName: string
  readonly commandId: string
  /** The attempt that failed, 1 for the first. */
  readonly attempt: number
  readonly reason: RetryReason
  /** With reason `conflict`: every failing check, streams found at run time included. */
  readonly conflicts: readonly StreamConflict[]
  readonly delayMs: number
}

/** How a {@link CommandExecutor} works. Every option has a default that suits a web request. */
export interface ExecutorOptions {
  /**
   * How often a command is decided at most. Default 100, so that it is the time that runs out first: of four processes at work on
   * one hot stream, each loses three times out of four, and one command in twenty would lose ten times in a row.
   */
  readonly maxAttempts?: number
  /** From the call of `execute` to its outcome, in milliseconds, unless the call says otherwise. Default 10,000. */
  readonly timeoutMs?: number
  /**
   * The bound of the first delay, in milliseconds; doubled for each further one. Default 5. After a conflict, the first ten attempts
   * follow at once, since what was missed comes with the answer of the store.
   */
  readonly retryBaseDelayMs?: number
  /** The cap of that bound. Default 100. The delay itself is random between 0 and the bound ("full jitter"). */
  readonly retryMaxDelayMs?: number
  /** How many commands may wait in this process; more are refused with `EXECUTOR_OVERLOADED`. Default 10,000. */
  readonly maxQueue?: number
  /** How many commands go to the store in one call. Default 256. */
  readonly maxBatch?: number
  /** Of how many streams folded states are kept, beside those in use. 0 keeps none. Default 50,000. */
  readonly cachedStreams?: number
  /** How many streams one command may read. Default 1,000. */
  readonly maxStreams?: number
  /**
   * How many rounds of `read` one attempt may make, and how often a handler may run anew for streams that it did not name before. Default 25.
   */
  readonly maxReadRounds?: number
  /** Kept with every command; a call's own metadata goes on top, entry by entry. */
  readonly metadata?: Metadata
  /** Called before each retry. For logs and counters: what it throws becomes a process warning. */
  readonly onRetry?: (retry: RetryInfo) => void
  /** Milliseconds since the epoch: the time of commits and of `now` in handlers. Default `Date.now`. */
  readonly now?: () => number
  /** From 0 to below 1: the jitter of retries. Default `Math.random`. */
  readonly random?: () => number
  /** New UUIDv7 ids, of events and commands. Default: the store's. */
  readonly newId?: () => string
}

/** What caused a command: correlation is inherited from it, and causation is set to it. */
export type Cause =
  /** The outcome of another command. */
  | { readonly commandId: string; readonly correlationId: string }
  /** An event of the feed. */
  | { readonly id: string; readonly commit: { readonly correlationId: string } }

/** How one command is executed. */
export interface ExecuteOptions {
  /**
   * Commits at most once: the second execution under the same id gets the first one's result. 1 to 255 characters. Default:
   * a new UUIDv7.
   */
  readonly commandId?: string
  /** Milliseconds, instead of the executor's. */
  readonly timeoutMs?: number
  /** Instead of the executor's. */
  readonly maxAttempts?: number
  /** Once the command was sent to the store, an abort waits for the outcome. */
  readonly signal?: AbortSignal
  /** Default: of the cause, else the command id. */
  readonly correlationId?: string
  /** Default: the cause's id, else none. */
  readonly causationId?: string
  /** The event or the outcome that led to this command. */
  readonly causedBy?: Cause
  /** Kept with the commit, on top of the executor's own. JSON. Default: the executor's. */
  readonly metadata?: Metadata
}
