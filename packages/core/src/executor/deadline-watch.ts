import type { Job } from './job.ts'

/**
 * Ends commands whose time is up. One timer for all of them, set to the earliest deadline: a timer per command costs more
 * than deciding it.
 */
export class DeadlineWatch {
  readonly #jobs: readonly Job[]
  readonly #expire: (job: Job) => void
  #timer: NodeJS.Timeout | undefined
  #nextLook = Number.POSITIVE_INFINITY

  constructor(jobs: readonly Job[], expire: (job: Job) => void) {
    this.#jobs = jobs
    this.#expire = expire
  }

  watch(job: Job): void {
    // While a command is under way, the process must not end without its outcome: one that has all the time in the world has a timer, too.
    if (this.#timer === undefined || job.deadline < this.#nextLook) this.#lookAt(job.deadline)
    else if (this.#jobs.length === 1) this.#timer.ref()
  }

  /** No command is under way: the timer must not keep the process alive. */
  rest(): void {
    this.#timer?.unref()
  }

  #lookAt(time: number): void {
    clearTimeout(this.#timer)
    this.#nextLook = time
    // The longest delay of a timer is 2^31 - 1 ms; a later deadline is looked at again then.
    this.#timer = setTimeout(() => this.#look(), Math.min(2_147_483_647, Math.max(1, time - performance.now() + 1)))
  }

  #look(): void {
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    // Of those that expire, some leave the list at once.
    for (const job of this.#jobs.slice()) {
      if (job.cancelled !== undefined) continue
      if (job.deadline <= now) this.#expire(job)
      else if (job.deadline < next) next = job.deadline
    }
    this.#nextLook = Number.POSITIVE_INFINITY
    this.#timer = undefined
    if (this.#jobs.length > 0) this.#lookAt(next)
  }
}
