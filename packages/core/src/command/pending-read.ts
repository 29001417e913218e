import type { AnyReference, References } from '../stream/stream-reference.ts'
import type { CommandStream } from './command-stream.ts'

/** A wish to read more streams: what a generator handler yields and an asynchronous one awaits. */
export interface ReadRequest {
  readonly kind: 'read'
  readonly references: readonly AnyReference[]
}

/** What `read` returns: `await` it in an asynchronous handler, `yield*` it in a generator. */
export interface PendingRead<Result> extends PromiseLike<Result> {
  [Symbol.iterator](): Generator<ReadRequest, Result, unknown>
}

/** Reads streams that the command did not declare. They join its consistency boundary at the version that is read. */
export interface Read<CommandName extends string> {
  <Reference extends AnyReference>(reference: Reference): PendingRead<CommandStream<Reference, CommandName>>
  /** Several at once, from one snapshot of the store. */
  <const Several extends References>(
    references: Several,
  ): PendingRead<{ readonly [Key in keyof Several]: CommandStream<Several[Key], CommandName> }>
}
