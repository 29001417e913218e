import { parkBehind, streamsOf, wholeBatch } from './apply-inside.ts'
import type { NewDeadLetter } from './dead-letter.ts'
import { type EventWork, handle } from './event-work.ts'
import type { ProjectionKind } from './projection-kind.ts'
import type { ProjectionTarget } from './projection-target.ts'

/** How far a batch came whose handlers run outside of a transaction. */
export interface OutsideResult {
  readonly letters: readonly NewDeadLetter[]
  /** So many events of the page are done with; the checkpoint may move behind them. */
  readonly done: number
  /** Why the next one is not. */
  readonly error: unknown
}

interface OutsideSettings {
  readonly projection: string
  readonly size: number
  readonly now: number
  readonly signal: AbortSignal
  readonly beforeEach: () => Promise<void>
}

/** Runs the handlers of a page one after the other. What they did stays done, whatever becomes of the checkpoint. */
export async function applyOutside<Tx>(
  target: ProjectionTarget<Tx>,
  kind: ProjectionKind<Tx>,
  work: readonly EventWork<Tx>[],
  settings: OutsideSettings,
): Promise<OutsideResult> {
  const { projection, size, now, signal, beforeEach } = settings
  const letters: NewDeadLetter[] = []
  const blocked = await target.deadLetters.blockedStreams(projection, streamsOf(work.map(({ event }) => event)))
  const open = work.filter((one) => !parkBehind(one, blocked, letters, projection, now))
  // Handlers outside of a transaction are given none.
  const tx = undefined as Tx
  let begun: EventWork<Tx> | undefined
  try {
    const [first] = open
    if (kind.batch !== undefined && first !== undefined) {
      begun = first
      await wholeBatch(kind, open, first, tx)
    } else {
      for (const one of open) {
        begun = one
        if (signal.aborted) return upTo(one.index, letters, undefined, work)
        await beforeEach()
        await handle(kind, one, tx)
      }
    }
  } catch (error) {
    return upTo(begun?.index ?? 0, letters, error, work)
  }
  return { letters, done: size, error: undefined }
}

/**
 * Handles what was parked in the page behind letters that are settled by now: nobody would come for it.
 * @param unblocked the streams that are not held up any more
 */
export async function applyUnblocked<Tx>(
  target: ProjectionTarget<Tx>,
  kind: ProjectionKind<Tx>,
  work: readonly EventWork<Tx>[],
  { letters, done, error }: OutsideResult,
  unblocked: ReadonlySet<string>,
  settings: OutsideSettings,
): Promise<OutsideResult> {
  const parked = work.filter(({ event, index }) => index < done && unblocked.has(event.stream))
  const after = await applyOutside(target, kind, parked, settings)
  const kept = letters.filter(({ stream }) => !unblocked.has(stream))
  const [end, reason] = after.done < done ? [after.done, after.error] : [done, error]
  return upTo(end, [...kept, ...after.letters], reason, work)
}

/** Letters of events behind the end are made again when those events come again. */
function upTo<Tx>(
  done: number,
  letters: readonly NewDeadLetter[],
  error: unknown,
  work: readonly EventWork<Tx>[],
): OutsideResult {
  const before = new Set(work.filter(({ index }) => index < done).map(({ event }) => event.id))
  return { letters: letters.filter(({ eventId }) => before.has(eventId)), done, error }
}
