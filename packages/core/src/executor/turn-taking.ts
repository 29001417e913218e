import type { Batch } from './batch.ts'
import type { StreamEntry } from './stream-entry.ts'

/** So many times after a conflict, each commit of this process to the stream leaves room behind it. */
const TIMES_AFTER_EACH = 4

/**
 * Where nobody came, after 2 commits, then after 4, and so on up to 2 to the power of this, 512: who always wins never hears of the others. 1 in
 * 256 of the time of a process that has a hot stream for itself.
 */
const MOST_DOUBLINGS = 9

/** As if so many had been in vain before the first: a stream that is new here leaves room after 8 commits. */
export const ROOMS_BEFORE_THE_FIRST = 6

/** Milliseconds. Whoever needs longer to try again has to win without it. */
const LONGEST_ROOM = 100

/** As a multiple of the last call of the store, since a loser has to hear of it, to decide anew and to send. */
const ROOM_PER_CALL = 2

/**
 * Takes turns with other processes on streams that they write to as well. Who has just committed to a stream knows it best, and hears
 * of it before those who lost, so that it would be the first to write again, and they too late again: a command of four processes on a
 * hot stream once lost 100 times in a row. So who wins where there are rivals, or may be some, writes to the stream again only after twice the time
 * that its own call of the store took, in which a loser can decide anew and be the first.
 */
export class TurnTaking {
  readonly #onTurn: () => void
  #timer: NodeJS.Timeout | undefined
  /** When the timer goes off, by the monotonic clock. */
  #timerDue = 0

  /** @param onTurn called when a stream may be written to again that {@link isForOthers} kept somebody from */
  constructor(onTurn: () => void) {
    this.#onTurn = onTurn
  }

  /**
   * A batch has its results.
   * @param callMs how long the call of the store took
   */
  settled({ written, members }: Batch, callMs: number): void {
    if (members.every(({ job, writes }) => job.committed || writes.length === 0)) {
      for (const entry of written) won(entry, callMs)
      return
    }
    const lost = new Set<string>()
    const committedTo = new Set<StreamEntry>()
    for (const { job, result, writes } of members) {
      if (job.committed) for (const { entry } of writes) committedTo.add(entry)
      else if (result?.status === 'conflict') for (const { stream } of result.conflicts) lost.add(stream)
    }
    for (const entry of written) {
      if (lost.has(entry.stream)) metRivals(entry)
      else if (committedTo.has(entry)) won(entry, callMs)
    }
  }

  /** Whether it is the turn of others to write to the stream. */
  isForOthers(entry: StreamEntry): boolean {
    if (entry.othersUntil === undefined) return false
    const now = performance.now()
    if (now >= entry.othersUntil) {
      entry.othersUntil = undefined
      return false
    }
    this.#wakeAt(entry.othersUntil, now)
    return true
  }

  #wakeAt(due: number, now: number): void {
    if (this.#timer !== undefined && this.#timerDue <= due) return
    clearTimeout(this.#timer)
    this.#timerDue = due
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.#onTurn()
      },
      Math.ceil(due - now),
    )
  }
}

function metRivals(entry: StreamEntry): void {
  entry.commitsInARow = 0
  entry.roomsInVain = 0
}

function won(entry: StreamEntry, callMs: number): void {
  if (++entry.commitsInARow < commitsApart(entry.roomsInVain)) return
  entry.commitsInARow = 0
  entry.roomsInVain++
  entry.othersUntil = performance.now() + Math.min(callMs * ROOM_PER_CALL, LONGEST_ROOM)
}

function commitsApart(roomsInVain: number): number {
  return 1 << Math.min(MOST_DOUBLINGS, Math.max(0, roomsInVain - TIMES_AFTER_EACH + 1))
}
