import { EventCoreError } from '../errors/event-core-error.ts'

/**
 * What passes by itself, whatever was asked for: the store is away, nobody knows what became of a call to it (the checkpoint
 * tells), or this process has too much to do.
 */
const OUTAGES = new Set(['STORE_UNAVAILABLE', 'COMMIT_OUTCOME_UNKNOWN', 'CHECKPOINT_MOVED', 'EXECUTOR_OVERLOADED'])

/** What was closed, which a process does when it ends. */
const CLOSED = new Set(['EXECUTOR_CLOSED', 'STORE_CLOSED'])

/** Whether doing the same again may succeed without anything else having changed. */
export const isPassing = (error: unknown): boolean => error instanceof EventCoreError && error.retryable

/** Whether that is sure to come to an end without anybody having to look at what was done, whoever wrapped the error. */
export const isOutage = (error: unknown): boolean => hasCode(error, OUTAGES)

/** Whether the process itself is coming to its end, whoever wrapped the error. */
export const isClosed = (error: unknown): boolean => hasCode(error, CLOSED)

function hasCode(error: unknown, codes: ReadonlySet<string>): boolean {
  // Causes that users' errors have may go in circles.
  const seen = new Set<unknown>()
  for (let one = error; one instanceof Error && !seen.has(one); one = one.cause) {
    if (one instanceof EventCoreError && codes.has(one.code)) return true
    seen.add(one)
  }
  return false
}
