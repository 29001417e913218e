import type { Job } from './job.ts'
import type { StreamEntry } from './stream-entry.ts'

/** After so many conflicts of its own, a command that cannot be decided at once goes first on its streams. */
export const CONFLICTS_BEFORE_RESERVATION = 2

/** For so long at most: what runs meanwhile is the user's code. */
const RESERVATION_MS = 1_000

/**
 * Keeps other commands of this process off the streams of one that lost too often: without it, an asynchronous command on a
 * stream that others write all the time never wins. It bars nobody outside this process, and reads not at all.
 */
export class Reservations {
  readonly #onExpiry: () => void

  constructor(onExpiry: () => void) {
    this.#onExpiry = onExpiry
  }

  /** All its streams, or none while an earlier command goes first on one of them. */
  reserve(job: Job): void {
    this.release(job)
    if (job.needed.size === 0 || job.needed.list.some(({ entry }) => this.bars(entry, job))) return
    job.reservationExpires = performance.now() + RESERVATION_MS
    job.reservationTimer = setTimeout(this.#onExpiry, RESERVATION_MS + 1)
    job.reserved = job.needed.list.map(({ entry }) => entry)
    for (const entry of job.reserved) entry.reservedBy = job
  }

  release(job: Job): void {
    if (job.reserved.length === 0) return
    clearTimeout(job.reservationTimer)
    for (const entry of job.reserved) if (entry.reservedBy === job) entry.reservedBy = undefined
    job.reserved = []
  }

  /**
   * Whether the stream is kept for another command. A command that was called earlier is not barred: waiting goes from later
   * to earlier commands only, so two that find each other's streams while they run cannot wait for each other.
   */
  bars(entry: StreamEntry, job: Job): boolean {
    const owner = entry.reservedBy
    if (owner === undefined || owner === job || job.ticket < owner.ticket) return false
    if (owner.phase !== 'settled' && performance.now() < owner.reservationExpires) return true
    entry.reservedBy = undefined
    return false
  }
}
