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
  readonly #resume: (parked: readonly Job[]) => void
  /** How many commands have streams kept for them, or had until their time was over. */
  #owners = 0

  /** @param resume called with the commands that waited for a reservation when it ends */
  constructor(resume: (parked: readonly Job[]) => void) {
    this.#resume = resume
  }

  /** All its streams, or none while an earlier command goes first on one of them. */
  reserve(job: Job): void {
    this.release(job)
    if (job.needed.size === 0 || job.needed.list.some(({ entry }) => this.bars(entry, job))) return
    job.reservationExpires = performance.now() + RESERVATION_MS
    job.reservationTimer = setTimeout(() => this.#end(job), RESERVATION_MS)
    this.#owners++
    job.reserved = job.needed.list.map(({ entry }) => entry)
    for (const entry of job.reserved) entry.reservedBy = job
  }

  release(job: Job): void {
    if (job.reserved.length === 0) return
    clearTimeout(job.reservationTimer)
    this.#owners--
    this.#end(job)
    job.reserved = []
  }

  /** Its streams are free for all. */
  #end(job: Job): void {
    for (const entry of job.reserved) if (entry.reservedBy === job) entry.reservedBy = undefined
    const { parked } = job
    job.parked = []
    this.#resume(parked)
  }

  /**
   * Takes a command that a reservation keeps from one of its streams out of the way until that ends. In the queue 1,000 of them would
   * be all that is looked at for a batch, and the commands behind them would wait as well.
   */
  park(job: Job): boolean {
    if (this.#owners === 0) return false
    for (const { entry } of job.needed.list) {
      if (!this.bars(entry, job)) continue
      const owner = entry.reservedBy as Job
      if (owner.parked.length === 0) owner.parked = [job]
      else owner.parked.push(job)
      return true
    }
    return false
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
