import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { BoundaryStream } from './boundary.ts'

/** An event made by `emit`, encoded and validated, not yet numbered. */
export class Emission {
  readonly kind = 'emitted'
  readonly type: string
  /** JSON text, as it will be stored. */
  readonly text: string
  /** What comes back of the text: what outcomes show. */
  readonly payload: unknown
  /** What folds see: the schema's output, from the text and not from the object that was emitted. */
  readonly data: unknown
  /** By which {@link data} was decoded. */
  readonly schema: StandardSchemaV1
  readonly target: BoundaryStream
  /** Which attempt made it. */
  readonly attempt: object
  /** Set when `handle` returns it. */
  returned = false

  constructor(
    attempt: object,
    target: BoundaryStream,
    type: string,
    text: string,
    payload: unknown,
    data: unknown,
    schema: StandardSchemaV1,
  ) {
    this.schema = schema
    this.attempt = attempt
    this.target = target
    this.type = type
    this.text = text
    this.payload = payload
    this.data = data
  }

  get stream(): string {
    return this.target.entry.stream
  }
}
