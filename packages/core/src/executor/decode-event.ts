import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describeIssues } from '../errors/command-errors.ts'
import { EventDecodeError } from '../errors/event-errors.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import type { StreamKind } from '../stream/stream-kind.ts'

/**
 * The payload of a stored event as folds and projections see it: its schema's output.
 * @throws EventDecodeError (`EVENT_DECODE_ERROR`) when the kind does not define the event or its schema refuses it.
 */
export function decodeEvent(kind: Pick<StreamKind, 'name' | 'schemas'>, event: Omit<StoredEvent, 'position'>): unknown {
  const schema = kind.schemas.get(event.type)
  if (schema === undefined) throw new EventDecodeError(event, `the stream kind "${kind.name}" defines no such event`)
  let stored: unknown
  try {
    stored = JSON.parse(event.data)
  } catch (cause) {
    throw new EventDecodeError(event, 'its payload is not JSON', { cause })
  }
  let result: StandardSchemaV1.Result<unknown>
  try {
    result = validateNow(
      schema,
      stored,
      () => new EventDecodeError(event, 'its schema gives no answer at once: it is asynchronous, or fails'),
    )
  } catch (cause) {
    if (cause instanceof EventDecodeError) throw cause
    throw new EventDecodeError(event, 'its schema failed on the payload', { cause })
  }
  if (result.issues !== undefined)
    throw new EventDecodeError(event, `its schema refuses the payload: ${describeIssues(result.issues)}`)
  return result.value
}

/** Validates without waiting: folding is synchronous, so the schemas of events must be. */
export function validateNow(
  schema: StandardSchemaV1,
  value: unknown,
  refuse: () => Error,
): StandardSchemaV1.Result<unknown> {
  const result = schema['~standard'].validate(value)
  // Any thenable: what is not a result must not pass for one without issues.
  if ('then' in result) {
    // Nobody will ask for its result; its rejection must not end the process.
    Promise.resolve(result).catch(() => {})
    throw refuse()
  }
  return result
}
