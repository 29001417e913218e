import { EventCoreError } from './event-core-error.ts'

/** A stream id that no store accepts. Nothing was read or written. */
export class InvalidStreamId extends EventCoreError {
  override readonly name = 'InvalidStreamId'
  readonly code = 'INVALID_STREAM_ID'
  readonly retryable = false
  readonly streamId: string
  /** What is wrong with it, in words. */
  readonly reason: string

  /**
   * @param streamId of any type: callers without types have others than texts
   * @param kind the name of the stream definition that it was to be an id for
   */
  constructor(streamId: unknown, reason: string, kind?: string) {
    const what = kind === undefined ? 'a stream id' : `the id of a stream "${kind}"`
    super(`${shown(streamId)} cannot be ${what}: it ${reason}.`)
    this.streamId = String(streamId)
    this.reason = reason
  }
}

/** A stream pattern that cannot be compiled. */
export class InvalidStreamPattern extends EventCoreError {
  override readonly name = 'InvalidStreamPattern'
  readonly code = 'INVALID_STREAM_PATTERN'
  readonly retryable = false
  readonly pattern: string

  constructor(pattern: string, reason: string) {
    super(`${JSON.stringify(pattern)} cannot be a stream pattern: it ${reason}.`)
    this.pattern = pattern
  }
}

/** A stream or command definition that cannot work. Thrown where it is defined. */
export class InvalidDefinition extends EventCoreError {
  override readonly name = 'InvalidDefinition'
  readonly code = 'INVALID_DEFINITION'
  readonly retryable = false
}

function shown(id: unknown): string {
  if (typeof id !== 'string') return String(id)
  return JSON.stringify(id.length > 300 ? `${id.slice(0, 300)}…` : id)
}
