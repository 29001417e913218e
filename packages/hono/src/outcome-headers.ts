import type { AnyRejection, EventStore, Outcome, Position } from 'eventcore'
import type { Context } from 'hono'

/** Where the events of a command stand, the furthest if there were several: hand it back as `?after=` to read what you wrote. */
export const POSITION_HEADER = 'Event-Position'
/** The id under which the command was executed, the last that was begun if there were several: the one to try again under. */
export const COMMAND_ID_HEADER = 'Command-Id'
/** `true`: this is the answer to an earlier request, and nothing was written now. */
export const REPLAYED_HEADER = 'Idempotency-Replayed'

/** What the commands of a request have written so far. */
interface Announced {
  readonly store: EventStore
  readonly position: Position
  readonly replayed: boolean
}

const announced = new WeakMap<Context, Announced>()

/** Tells the client of an outcome, in headers that hold for all commands of the request so far. */
export function announceOutcome(c: Context, store: EventStore, outcome: Outcome<AnyRejection>): void {
  if (outcome.status !== 'committed' || outcome.position === undefined) return
  const before = announced.get(c)
  const behind = before?.store === store && store.comparePositions(outcome.position, before.position) < 0
  const position = behind ? before.position : outcome.position
  const replayed = outcome.alreadyCommitted && before?.replayed !== false
  announced.set(c, { store, position, replayed })
  c.header(POSITION_HEADER, position)
  c.header(REPLAYED_HEADER, replayed ? 'true' : undefined)
}
