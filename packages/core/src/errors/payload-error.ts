import { EventCoreError } from './event-core-error.ts'

/**
 * A payload (of an event, a command's metadata, a snapshot) that would not come back from JSON as it went. Nothing was
 * sent, nothing is repaired: change what is stored.
 */
export class PayloadError extends EventCoreError {
  override readonly name = 'PayloadError'
  readonly code = 'PAYLOAD_ERROR'
  readonly retryable = false
  /** Where in the payload: `$.items[2].price`. */
  readonly path: string
  readonly reason: string

  constructor(subject: string, path: string, reason: string) {
    super(`${subject} cannot be stored as JSON: ${path} ${reason}.`)
    this.path = path
    this.reason = reason
  }
}
