import { EventCoreError } from './event-core-error.ts'

/** An option has a value that it cannot have, or there is no such option. */
export class InvalidOptions extends EventCoreError {
  override readonly name = 'InvalidOptions'
  readonly code = 'INVALID_OPTIONS'
  readonly retryable = false
  readonly option: string

  /** @param message instead of one that shows the value */
  constructor(
    option: string,
    value: unknown,
    expected: string,
    message = `The option ${option} is ${typeof value === 'string' ? JSON.stringify(value) : String(value)}; ${expected} is expected.`,
  ) {
    super(message)
    this.option = option
  }
}
