import { EventCoreError } from './event-core-error.ts'

/** Base of the errors of a store. */
export abstract class EventStoreError extends EventCoreError {
  /** The call that failed, in the words of the store contract: `append`, `read`, … */
  readonly operation: string

  constructor(message: string, operation: string, options?: ErrorOptions) {
    super(message, options)
    this.operation = operation
  }
}
