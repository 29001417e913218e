/**
 * Base of every error that EventCore throws. Tell them apart by `code`, not by `instanceof`: two copies of the library
 * in one process have two sets of classes, but one set of codes.
 */
export abstract class EventCoreError extends Error {
  /** Literal in each class. */
  abstract readonly code: string
  /** Whether doing the same again may succeed without anything else having changed. */
  abstract readonly retryable: boolean
}
