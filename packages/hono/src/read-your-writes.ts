import { asPosition, type Position, type WaitOptions } from 'eventcore'
import type { Context } from 'hono'

/** What can be waited for: a `ProjectionRunner`. */
export interface Waitable {
  waitFor(position: Position, options?: WaitOptions): Promise<void>
}

export interface ReadYourWritesOptions {
  /** Milliseconds. Default 2,000. */
  readonly timeoutMs?: number
  /** The name of the query parameter. Default `after`. */
  readonly parameter?: string
}

/**
 * Waits until a read model contains what the client wrote: the `Event-Position` of its last command comes back as `?after=`. Without
 * the parameter there is nothing to wait for.
 * @throws ProjectionWaitTimeout (answered 503), InvalidCursor (400), EventParked, ProjectionHalted
 */
export async function readYourWrites(
  c: Context,
  projection: Waitable,
  { timeoutMs = 2_000, parameter = 'after' }: ReadYourWritesOptions = {},
): Promise<void> {
  const position = c.req.query(parameter)
  if (position === undefined || position === '') return
  await projection.waitFor(asPosition(position), { timeoutMs, signal: c.req.raw.signal })
}
