import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describeIssues } from './command-errors.ts'
import { EventCoreError } from './event-core-error.ts'

/** `emit` was given what the event's schema refuses. Nothing was written. */
export class InvalidEvent extends EventCoreError {
  override readonly name = 'InvalidEvent'
  readonly code = 'INVALID_EVENT'
  readonly retryable = false
  readonly stream: string
  readonly type: string
  readonly issues: readonly StandardSchemaV1.Issue[]

  constructor(stream: string, type: string, issues: readonly StandardSchemaV1.Issue[]) {
    super(`The event ${type} for ${stream} is not valid: ${describeIssues(issues)}.`)
    this.stream = stream
    this.type = type
    this.issues = issues
  }
}

/**
 * A stored event that cannot be read: its type is not defined for its stream, its payload is not JSON, or its schema
 * refuses it. It is never skipped: whoever needs the stream gets this error until the definition can read the event again.
 */
export class EventDecodeError extends EventCoreError {
  override readonly name = 'EventDecodeError'
  readonly code = 'EVENT_DECODE_ERROR'
  readonly retryable = false
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly eventId: string

  constructor(
    event: { stream: string; version: number; type: string; id: string },
    reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `Event ${event.version} of ${event.stream} (${event.type}, ${event.id}) cannot be read: ${reason}. ` +
        'Let the definition of the stream accept what is stored: stored events do not change.',
      options,
    )
    this.stream = event.stream
    this.version = event.version
    this.type = event.type
    this.eventId = event.id
  }
}

/** A handler asked a collection for an id that its command did not name. */
export class StreamNotRead extends EventCoreError {
  override readonly name = 'StreamNotRead'
  readonly code = 'STREAM_NOT_READ'
  readonly retryable = false
  readonly id: string

  constructor(id: string, ids: readonly string[]) {
    const known = ids.length <= 5 ? ids.join(', ') : `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more`
    super(
      `The command did not read the stream with id ${JSON.stringify(id)}. It read ${known || 'none'}. Name it in "streams", or "read" it.`,
    )
    this.id = id
  }
}
