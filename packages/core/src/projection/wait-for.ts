import { InvalidOptions } from '../errors/invalid-options.ts'
import { CheckpointAhead, EventParked, ProjectionHalted, ProjectionWaitTimeout } from '../errors/projection-errors.ts'
import { InvalidCursor } from '../errors/store-errors.ts'
import { isPassing } from '../feed/outage.ts'
import { assertOptions, optionCheck } from '../option-checks.ts'
import type { Cursor, Position } from '../store/position.ts'
import type { Progress } from './progress.ts'
import type { ProjectingStore } from './projection-target.ts'

/** How often a checkpoint is looked up that another process moves: soon at first, then more seldom. */
const FIRST_LOOK_MS = 5
const LAST_LOOK_MS = 200

export interface WaitOptions {
  /** Milliseconds. Default 5,000. */
  readonly timeoutMs?: number
  /** Ends the wait with its reason. */
  readonly signal?: AbortSignal
}

/** The events of an outcome, or one event by its position. */
export type WaitedFor = Position | { readonly events: readonly { readonly position: Position }[] }

/** What is waited on. */
export interface WaitingOn<Tx> {
  readonly store: ProjectingStore<Tx>
  readonly id: string
  readonly progress: Progress
  /** Whether this process moves the checkpoint. */
  readonly owns: () => boolean
  /** Why it will not move any more. */
  readonly halted: () => { readonly error: unknown } | undefined
}

/**
 * @throws CheckpointAhead (`CHECKPOINT_AHEAD`) and what `ProjectionRunner.waitFor` says
 */
export async function waitForEvents<Tx>(what: WaitedFor, options: WaitOptions, on: WaitingOn<Tx>): Promise<void> {
  const { store, id } = on
  const positions = positionsOf(what)
  const [first, ...others] = positions
  if (first === undefined) return
  await waitUntilReached(
    others.reduce((a, b) => (store.comparePositions(a, b) < 0 ? b : a), first),
    options,
    on,
  )
  const [letter] = await store.projections.deadLetters.find(id, positions)
  if (letter !== undefined) {
    const { eventId, stream, version, type, reason, error } = letter
    throw new EventParked(id, { id: eventId, stream, version, type }, reason, error)
  }
}

/** For callers without types too: the outcome of a rejected command has no events. */
function positionsOf(what: WaitedFor): readonly Position[] {
  if (typeof what === 'string') return [what]
  const { events } = (what ?? {}) as Partial<typeof what>
  if (!Array.isArray(events))
    throw new InvalidOptions('what', what, 'the outcome of a committed command, or the position of an event,')
  return events.map(({ position }: { readonly position: Position }) => position)
}

/** Whatever became of the events up to there. */
export async function waitUntilReached<Tx>(position: Position, options: WaitOptions, on: WaitingOn<Tx>): Promise<void> {
  assertOptions<WaitOptions>('a wait', options, { timeoutMs: optionCheck.number(0), signal: optionCheck.signal })
  const reached = (cursor: Cursor | undefined): boolean => cursor !== undefined && on.store.hasReached(cursor, position)
  await until(reached, position, options, on)
}

async function until<Tx>(
  reached: (cursor: Cursor | undefined) => boolean,
  last: Position,
  { timeoutMs = 5_000, signal }: WaitOptions,
  { store, id, progress, owns, halted }: WaitingOn<Tx>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  let look = FIRST_LOOK_MS
  while (true) {
    signal?.throwIfAborted()
    const own = owns()
    const { step } = progress
    const left = deadline - performance.now()
    try {
      const cursor = own ? progress.cursor : (await store.checkpoints.load(id))?.cursor
      if (isReached(reached, cursor, id)) return
    } catch (error) {
      // A server that restarts, a SQLite file whose log another process recovers just now: there is time left to look again.
      if (!isPassing(error) || left <= 0) throw error
    }
    const stopped = halted()
    if (stopped !== undefined) throw new ProjectionHalted(id, stopped.error)
    if (left <= 0) throw new ProjectionWaitTimeout(id, last, timeoutMs)
    await progress.next(Math.min(left, own ? LAST_LOOK_MS : look), step)
    look = Math.min(LAST_LOOK_MS, look * 2)
  }
}

function isReached(reached: (cursor: Cursor | undefined) => boolean, cursor: Cursor | undefined, id: string): boolean {
  try {
    return reached(cursor)
  } catch (error) {
    // The position that was asked for can be wrong too, and that is the caller's mistake.
    throw error instanceof InvalidCursor && error.cursor === cursor ? new CheckpointAhead(id, error) : error
  }
}
