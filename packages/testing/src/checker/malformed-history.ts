import { EventCoreError } from 'eventcore'

/** A line of a history file that is none: the file was damaged, or something else wrote to it. */
export class MalformedHistory extends EventCoreError {
  override readonly name = 'MalformedHistory'
  readonly code = 'MALFORMED_HISTORY'
  readonly retryable = false
  readonly path: string
  /** Counted from 1. */
  readonly line: number

  constructor(path: string, line: number, reason: string, options?: ErrorOptions) {
    super(`Line ${line} of ${path} is no line of a history: ${reason}. Only the last line may be incomplete.`, options)
    this.path = path
    this.line = line
  }
}
