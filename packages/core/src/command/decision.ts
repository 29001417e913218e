import type { Emitted } from './emitted.ts'
import type { ReadRequest } from './pending-read.ts'
import type { AnyRejection } from './rejection.ts'

/** What a handler decides: events to write, in order (none is fine), or a rejection. */
export type Decision<CommandName extends string> = Emitted<CommandName> | readonly Emitted<CommandName>[] | AnyRejection

/** What a handler may return: a decision, a promise of one, or a generator that ends in one. */
export type HandlerResult<CommandName extends string> =
  | Decision<CommandName>
  | PromiseLike<Decision<CommandName>>
  | Generator<AnyRejection | ReadRequest, Decision<CommandName>, unknown>

/**
 * The rejections among everything that a handler returns or yields. Taken from the whole return type: inferring the
 * rejection alone collapses to `any` as soon as two branches return differently.
 */
export type RejectionOf<Result> =
  Result extends Generator<infer Yielded, infer Returned, unknown>
    ? Extract<Yielded | Returned, AnyRejection>
    : Extract<Awaited<Result>, AnyRejection>
