import type { Emitted } from '../command/emitted.ts'
import { InvalidEvent, StreamNotRead } from '../errors/event-errors.ts'
import { forgetTypes } from '../forget-types.ts'
import { encodeAndCopyJson } from '../payload/encode-json.ts'
import { keyOf } from '../stream/stream-id.ts'
import type { StreamKind } from '../stream/stream-kind.ts'
import type { BoundaryStream } from './boundary.ts'
import { validateNow } from './decode-event.ts'
import { Emission } from './emission.ts'

/** What an attempt gives its streams: where to put what they emit. */
export interface EmissionLog {
  /** Throws when the attempt is over. */
  record(emission: Emission): void
}

/** A stream as a handler sees it, without the right to write. */
export class BoundReadOnlyStream {
  readonly stream: string
  readonly state: unknown
  readonly version: number

  constructor(target: BoundaryStream, state: unknown) {
    this.stream = target.stream
    this.state = state
    this.version = target.version
  }

  get key(): string {
    return keyOf(this.stream)
  }

  get exists(): boolean {
    return this.version > 0
  }
}

/** A stream as a handler sees it, with the right to write. */
export class BoundStream extends BoundReadOnlyStream {
  readonly #target: BoundaryStream
  readonly #kind: StreamKind
  readonly #log: EmissionLog

  constructor(target: BoundaryStream, state: unknown, kind: StreamKind, log: EmissionLog) {
    super(target, state)
    this.#target = target
    this.#kind = kind
    this.#log = log
  }

  emit(type: string, payload: unknown): Emitted<string> {
    const schema = this.#kind.schemas.get(type)
    if (schema === undefined)
      throw new InvalidEvent(this.stream, type, [
        { message: `the stream kind "${this.#kind.name}" defines no such event` },
      ])
    // Validated as it will be read back, not as it was handed over: the caller may change its object later.
    const { text, copy } = encodeAndCopyJson(payload, { type, stream: this.stream })
    const result = validateNow(
      schema,
      copy,
      () =>
        new InvalidEvent(this.stream, type, [
          {
            message:
              'its schema gives no answer at once: it is asynchronous, which schemas of events must not be, or fails',
          },
        ]),
    )
    if (result.issues !== undefined) throw new InvalidEvent(this.stream, type, result.issues)
    const emission = new Emission(this.#log, this.#target, type, text, copy, result.value, schema)
    this.#log.record(emission)
    // The brand with the command's name exists only in the types.
    return forgetTypes<Emitted<string>>(emission)
  }
}

/** Several streams of one kind as a handler sees them. */
export class BoundStreams implements Iterable<BoundReadOnlyStream> {
  readonly ids: readonly string[]
  readonly #streams: ReadonlyMap<string, BoundReadOnlyStream>

  constructor(ids: readonly string[], streams: ReadonlyMap<string, BoundReadOnlyStream>) {
    this.ids = ids
    this.#streams = streams
  }

  of(id: string): BoundReadOnlyStream {
    const stream = this.#streams.get(id)
    if (stream === undefined) throw new StreamNotRead(id, this.ids)
    return stream
  }

  [Symbol.iterator](): Iterator<BoundReadOnlyStream> {
    return this.#streams.values()
  }
}
