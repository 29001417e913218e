import { EventCoreError } from '../errors/event-core-error.ts'

/** Whether it is one of the library's errors. Users can throw anything, also what cannot be looked at: a proxy that was revoked, say. */
export function isOwnError(error: unknown): error is EventCoreError {
  try {
    return error instanceof EventCoreError
  } catch {
    return false
  }
}
