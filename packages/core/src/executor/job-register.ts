import { CommandAborted, CommandTimeout, ConcurrencyConflict } from '../errors/command-errors.ts'
import { CommitOutcomeUnknown, StoreUnavailable } from '../errors/store-errors.ts'
import { DeadlineWatch } from './deadline-watch.ts'
import type { Job } from './job.ts'
import type { Reservations } from './reservations.ts'
import type { StreamSupply } from './stream-supply.ts'
import { withAttempts } from './unknown-attempts.ts'

/** All commands under way, and the only way out for them: an outcome, or an error that is definite or says that it is not. */
export class JobRegister {
  /**
   * In no order; each job knows its place. Not a `Set`: one that commands come to and leave is made anew again and again, and in V8 each table
   * points to the next. Once one of them has grown old, all after it, with the commands that stood in them, survive every
   * scavenge until the heap is marked: 3.4 kB per command, a third of the time of a saturated process.
   */
  readonly #active: Job[] = []
  readonly #deadlines: DeadlineWatch
  readonly #supply: StreamSupply
  readonly #reservations: Reservations
  readonly #onEnd: () => void
  #onIdle: (() => void)[] = []

  constructor(supply: StreamSupply, reservations: Reservations, onEnd: () => void) {
    this.#supply = supply
    this.#reservations = reservations
    this.#onEnd = onEnd
    this.#deadlines = new DeadlineWatch(this.#active, (job) => this.cancel(job, () => timeoutOf(job)))
  }

  get size(): number {
    return this.#active.length
  }

  /** Resolves when no command is under way. */
  idle(): Promise<void> {
    if (this.#active.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.#onIdle.push(resolve))
  }

  /** From here on its signal and its deadline can end it. */
  add(job: Job): void {
    job.place = this.#active.push(job) - 1
    this.#deadlines.watch(job)
    const { signal } = job.request
    if (signal !== undefined) this.#cancelOnAbort(job, signal)
  }

  #cancelOnAbort(job: Job, signal: AbortSignal): void {
    const { kind, commandId } = job.request
    const abort = (): void => this.cancel(job, () => new CommandAborted(kind.name, commandId, signal.reason))
    // By its own `streams`: whoever listens only now is not told any more.
    if (signal.aborted) {
      abort()
      return
    }
    job.onAbort = abort
    signal.addEventListener('abort', abort, { once: true })
  }

  /** An abort, or the deadline. A commit that is with the store is waited for. */
  cancel(job: Job, error: () => unknown): void {
    if (job.phase === 'settled') return
    job.cancelled ??= error
    if (job.phase !== 'sent') this.endIfCancelled(job)
  }

  /** Answers whether the command is over, by this or already. */
  endIfCancelled(job: Job): boolean {
    if (job.phase === 'settled') return true
    if (job.cancelled === undefined) return false
    this.giveUp(job, job.cancelled())
    return true
  }

  /** Ends a command with an error, which is a definite one only when nothing of it can be committed any more. */
  giveUp(job: Job, error: unknown): void {
    const lost = error instanceof CommitOutcomeUnknown
    // Of a batch that was lost as a whole, the error names all commands.
    if (job.unknownAttempts.length > 0)
      this.fail(
        job,
        withAttempts(
          new CommitOutcomeUnknown([job.request.commandId], { cause: lost ? error.cause : error }),
          job.unknownAttempts,
        ),
      )
    else if (lost)
      this.fail(
        job,
        new StoreUnavailable('The store did not answer; the command wrote nothing.', 'append', { cause: error }),
      )
    else this.fail(job, error)
  }

  succeed(job: Job, outcome: unknown): void {
    if (this.#end(job)) job.request.resolve(outcome)
  }

  fail(job: Job, error: unknown): void {
    if (this.#end(job)) job.request.reject(error)
  }

  #end(job: Job): boolean {
    // By its place, which it has once: a job that ended twice would take another one's.
    if (job.place < 0) return false
    job.phase = 'settled'
    job.attempt?.close()
    if (job.timer !== undefined) clearTimeout(job.timer)
    if (job.onAbort !== undefined) job.request.signal?.removeEventListener('abort', job.onAbort)
    this.#reservations.release(job)
    this.#supply.release(job)
    this.#remove(job)
    if (this.#active.length === 0) {
      this.#deadlines.rest()
      for (const resolve of this.#onIdle.splice(0)) resolve()
    }
    // Commands that waited for its streams can go on.
    this.#onEnd()
    return true
  }

  /** The last one takes its place. */
  #remove(job: Job): void {
    const { place } = job
    job.place = -1
    const last = this.#active.pop() as Job
    if (last === job) return
    this.#active[place] = last
    last.place = place
  }
}

function timeoutOf(job: Job): unknown {
  const { kind, commandId, timeoutMs } = job.request
  if (job.lastConflicts.length > 0)
    return new ConcurrencyConflict(
      kind.name,
      commandId,
      job.attempts,
      job.lastConflicts,
      `Its ${timeoutMs} ms are over.`,
    )
  return new CommandTimeout(kind.name, commandId, timeoutMs, job.attempts, { cause: job.lastError })
}
