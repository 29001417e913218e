import type { Job } from './job.ts'

/** Commands waiting to be decided, in the order of their tickets. */
export class CommandQueue {
  /** Commands on their way again, after a read, a decision or a failed attempt. Few: sorted when taken from. */
  #returned: Job[] = []
  #returnedSorted = true
  #fresh: Job[] = []
  #taken = 0

  get length(): number {
    return this.#returned.length + this.#fresh.length - this.#taken
  }

  add(job: Job): void {
    this.#fresh.push(job)
  }

  /** At most so many of those that were never taken, which are taken next. */
  next(limit: number): readonly Job[] {
    return this.#fresh.slice(this.#taken, this.#taken + limit)
  }

  /** Puts a command back in its place: before everything with a later ticket. */
  putBack(job: Job): void {
    this.#returned.push(job)
    this.#returnedSorted = false
  }

  /** Takes the command with the lowest ticket. */
  take(): Job | undefined {
    if (this.#returned.length > 0) {
      if (!this.#returnedSorted) {
        // Highest ticket first, so that taking is a pop.
        this.#returned.sort((a, b) => b.ticket - a.ticket)
        this.#returnedSorted = true
      }
      return this.#returned.pop()
    }
    if (this.#taken === this.#fresh.length) return undefined
    const job = this.#fresh[this.#taken++]
    if (this.#taken === this.#fresh.length) {
      this.#fresh = []
      this.#taken = 0
    } else if (this.#taken === 1_024) {
      this.#fresh = this.#fresh.slice(1_024)
      this.#taken = 0
    }
    return job
  }

  /** Forgets commands that ended while they waited. Costs nothing while few of those here can have. */
  discardSettled(active: number): void {
    if (this.length <= 2 * active + 64) return
    const waits = ({ phase }: Job): boolean => phase !== 'settled'
    this.#returned = this.#returned.filter(waits)
    this.#fresh = this.#fresh.slice(this.#taken).filter(waits)
    this.#taken = 0
  }

  /** Puts commands that had to wait back, in the order in which they were taken. */
  putBackAll(jobs: readonly Job[]): void {
    for (const job of jobs) this.putBack(job)
  }
}
