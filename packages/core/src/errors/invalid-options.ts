import { EventCoreError } from './event-core-error.ts'

/** An option of the executor, of one execution or of a store has a value that it cannot have. */
export class InvalidOptions extends EventCoreError {
  override readonly name = 'InvalidOptions'
  readonly code = 'INVALID_OPTIONS'
  readonly retryable = false
  readonly option: string

  constructor(option: string, value: unknown, expected: string) {
    super(
      `The option ${option} is ${typeof value === 'string' ? JSON.stringify(value) : String(value)}; ${expected} is expected.`,
    )
    this.option = option
  }
}
