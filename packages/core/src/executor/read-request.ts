import type { ReadRequest } from '../command/pending-read.ts'
import type { AnyReference } from '../stream/stream-reference.ts'

/** Turns references into what the handler gets, once their streams are loaded. */
export type Bind = (reference: AnyReference) => unknown

/** Who a handler's reads belong to. */
export interface ReadingAttempt {
  /** Reads that were made, and neither awaited nor yielded yet. */
  idleReads: number
  /** Loads what an asynchronous handler waits for. */
  loadFor(read: HandlerRead): Promise<unknown>
}

/** A call of `read`: awaited, or yielded. */
export class HandlerRead implements ReadRequest, PromiseLike<unknown> {
  readonly kind = 'read'
  readonly references: readonly AnyReference[]
  readonly #names: readonly string[] | undefined
  readonly #attempt: ReadingAttempt
  #begun = false

  constructor(wanted: AnyReference | Readonly<Record<string, AnyReference>>, attempt: ReadingAttempt) {
    if (isReference(wanted)) this.references = [wanted]
    else {
      this.#names = Object.keys(wanted)
      this.references = Object.values(wanted)
    }
    this.#attempt = attempt
    attempt.idleReads++
  }

  /** Somebody waits for it. */
  begin(): void {
    if (this.#begun) return
    this.#begun = true
    this.#attempt.idleReads--
  }

  /** One stream for one reference, an object of streams for several. */
  result(bind: Bind): unknown {
    const [first] = this.references
    if (this.#names === undefined) return bind(first as AnyReference)
    return Object.fromEntries(this.#names.map((name, index) => [name, bind(this.references[index] as AnyReference)]))
  }

  // biome-ignore lint/suspicious/noThenProperty: `await read(...)` is the API for asynchronous handlers
  then<Fulfilled, Rejected>(
    onFulfilled?: ((value: unknown) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.begin()
    return this.#attempt.loadFor(this).then(onFulfilled, onRejected) as Promise<Fulfilled | Rejected>
  }

  *[Symbol.iterator](): Generator<ReadRequest, unknown, unknown> {
    return yield this
  }
}

/** A reference bears its kind; a record of references that has an entry called `kind` bears a reference there. */
export function isReference(value: unknown): value is AnyReference {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  return value.kind === 'stream' || value.kind === 'streams'
}
