import type { Job } from './job.ts'

/** Commands waiting to be decided, in the order of their tickets. */
export class CommandQueue {
  /** Commands on their way again, after a read, a decision or a failed attempt. Few: sorted when taken from. */
  #returned: Job[] = []
  #returnedSorted = true
  #fresh: Job[] = []
  #next = 0

  get length(): number {
    return this.#returned.length + this.#fresh.length - this.#next
  }

  add(job: Job): void {
    this.#fresh.push(job)
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
    if (this.#next === this.#fresh.length) return undefined
    const job = this.#fresh[this.#next++]
    if (this.#next === this.#fresh.length) {
      this.#fresh = []
      this.#next = 0
    } else if (this.#next === 1_024) {
      this.#fresh = this.#fresh.slice(1_024)
      this.#next = 0
    }
    return job
  }

  /** Forgets commands that ended while they waited. Costs nothing while few of those here can have. */
  discardSettled(active: number): void {
    if (this.length <= 2 * active + 64) return
    const waits = ({ phase }: Job): boolean => phase !== 'settled'
    this.#returned = this.#returned.filter(waits)
    this.#fresh = this.#fresh.slice(this.#next).filter(waits)
    this.#next = 0
  }

  /** Puts commands that had to wait back, in the order in which they were taken. */
  putBackAll(jobs: readonly Job[]): void {
    for (const job of jobs) this.putBack(job)
  }
}
