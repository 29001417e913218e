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

/**
 * Reads streams that the command did not declare: one reference, or an object of several, which are read from one snapshot
 * of the store. They join the command's consistency boundary at the version that is read.
 */
export type Read<CommandName extends string> = <Wanted extends AnyReference | References>(
  wanted: Wanted,
) => PendingRead<
  Wanted extends AnyReference
    ? CommandStream<Wanted, CommandName>
    : {
        readonly [Key in keyof Wanted]: Wanted[Key] extends AnyReference
          ? CommandStream<Wanted[Key], CommandName>
          : never
      }
>
