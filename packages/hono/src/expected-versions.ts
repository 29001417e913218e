import { ensure, type Rejection } from 'eventcore'

/**
 * At which versions a client wants to find a stream: what `If-Match` says. `*`: at any, as long as it exists. Plain JSON, to be
 * handed to a command as part of its input: only the command itself can check it in one step with what it writes.
 */
export type ExpectedVersions = '*' | readonly number[]

/** What a command rejects with when a stream does not stand where the client saw it. */
export interface VersionMismatch {
  readonly stream: string
  readonly expected: ExpectedVersions
  readonly actual: number
}

/**
 * Guards a handler that is a generator: `yield* ensureVersion(cart, input.ifMatch)` rejects with `PreconditionFailed` unless the
 * stream stands at one of these versions. The stream is checked at commit like every other that the command reads, so nothing
 * comes in between.
 * @param expected `undefined`: the client does not care.
 */
export function* ensureVersion(
  { stream, version }: { readonly stream: string; readonly version: number },
  expected: ExpectedVersions | undefined,
): Generator<Rejection<'PreconditionFailed', VersionMismatch>, void, unknown> {
  const met = expected === undefined || (expected === '*' ? version > 0 : expected.includes(version))
  yield* ensure(met, 'PreconditionFailed', { stream, expected: expected ?? '*', actual: version })
}
