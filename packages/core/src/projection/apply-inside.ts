import type { FeedEvent } from '../store/feed.ts'
import type { Cursor } from '../store/position.ts'
import type { NewDeadLetter } from './dead-letter.ts'
import { type EventWork, failed, failureOf, handle, isThenable, letterOf, settled } from './event-work.ts'
import type { ProjectionKind } from './projection-kind.ts'
import type { ProjectionTarget } from './projection-target.ts'

/** Everything about one batch but its events. */
export interface BatchSettings {
  /** Of the checkpoint. */
  readonly projection: string
  readonly cursor: Cursor
  /** Where the checkpoint is before. */
  readonly after: Cursor | undefined
  readonly epoch: number
  readonly leaseMs: number
  readonly now: number
}

/**
 * Runs the handlers of a batch in the transaction in which the checkpoint moves. Answers for how many milliseconds the
 * handlers ran.
 * @throws ProjectionHandlerFailed (`PROJECTION_HANDLER_FAILED`): nothing of the batch was written
 */
export async function applyInside<Tx>(
  target: ProjectionTarget<Tx>,
  kind: ProjectionKind<Tx>,
  work: readonly EventWork<Tx>[],
  { projection, cursor, after, epoch, leaseMs, now }: BatchSettings,
): Promise<number> {
  let elapsed = 0
  const synchronous = target.handlers === 'synchronous'
  await target.commit({
    projection,
    leaseMs,
    checkpoint: { cursor, epoch, after },
    streams: streamsOf(work.map(({ event }) => event)),
    apply: (tx, blocked) => {
      const start = performance.now()
      const letters: NewDeadLetter[] = []
      const open = blocked.size === 0 ? work : work.filter((one) => !parkBehind(one, blocked, letters, projection, now))
      const done = (): readonly NewDeadLetter[] => {
        elapsed = performance.now() - start
        return letters
      }
      if (synchronous) {
        applyNow(kind, open, tx)
        return done()
      }
      return applyInTurn(target, kind, open, tx).then(done)
    },
  })
  return elapsed
}

export const streamsOf = (events: readonly FeedEvent[]): string[] => [...new Set(events.map(({ stream }) => stream))]

/** Parks an event whose stream is held up by an earlier one. */
export function parkBehind<Tx>(
  { event }: EventWork<Tx>,
  blocked: ReadonlySet<string>,
  letters: NewDeadLetter[],
  projection: string,
  parkedAt: number,
): boolean {
  if (!blocked.has(event.stream)) return false
  letters.push(letterOf(projection, event, { reason: 'waiting', error: null, attempts: 0, parkedAt }))
  return true
}

export function applyNow<Tx>(kind: ProjectionKind<Tx>, work: readonly EventWork<Tx>[], tx: Tx): void {
  const [first] = work
  if (first === undefined) return
  if (kind.batch !== undefined) {
    refusePromise(kind, first, wholeBatch(kind, work, first, tx))
    return
  }
  for (const one of work) refusePromise(kind, one, handle(kind, one, tx))
}

async function applyInTurn<Tx>(
  target: ProjectionTarget<Tx>,
  kind: ProjectionKind<Tx>,
  work: readonly EventWork<Tx>[],
  tx: Tx,
): Promise<void> {
  const [first] = work
  if (first === undefined) return
  if (kind.batch !== undefined) {
    attribute(target, kind, first, tx)
    await wholeBatch(kind, work, first, tx)
    return
  }
  for (const one of work) {
    attribute(target, kind, one, tx)
    const result = handle(kind, one, tx)
    if (isThenable(result)) await result
  }
}

/** What the handler leaves to be done later fails as its event. */
export function attribute<Tx>(
  target: ProjectionTarget<Tx>,
  kind: ProjectionKind<Tx>,
  { event }: EventWork<Tx>,
  tx: Tx,
): void {
  target.attribute?.(tx, (cause) => failureOf(kind, event, cause))
}

export function wholeBatch<Tx>(
  kind: ProjectionKind<Tx>,
  work: readonly EventWork<Tx>[],
  first: EventWork<Tx>,
  tx: Tx,
): unknown {
  const events = work.map(({ decoded }) => decoded)
  try {
    const result = kind.batch?.(events, tx)
    return isThenable(result) ? settled(kind, first.event, result) : result
  } catch (cause) {
    failed(kind, first.event, cause)
  }
}

/** The transaction would be over before the rest of the handler ran. */
function refusePromise<Tx>(kind: ProjectionKind<Tx>, { event }: EventWork<Tx>, result: unknown): void {
  if (!isThenable(result)) return
  // Nobody will ask for its result; its rejection must not end the process.
  result.then(undefined, () => {})
  failed(kind, event, new TypeError('it returned a promise, and on this store handlers are synchronous'))
}
