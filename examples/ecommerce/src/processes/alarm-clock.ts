import type { CommandExecutor } from 'eventcore'
import { CancelOrder } from '../commands/cancel-order.ts'
import { MarkOverdue } from '../commands/mark-overdue.ts'
import { type Deadline, passedDeadlines } from '../read-models/deadlines.ts'
import type { ReadDatabase } from '../read-models/sql.ts'

/** How many deadlines are dealt with at once; the others come a moment later. */
const AT_ONCE = 100

export interface AlarmClockOptions {
  /** Milliseconds between two looks. Default 1,000. */
  readonly everyMs?: number
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number
  readonly onError?: (error: unknown) => void
}

/**
 * Executes commands because time has passed: cancels orders that were not paid, marks parcels that were not sent. When is written
 * in events and kept by a read model, so a restart forgets nothing. Whether it is really time is decided by the commands. Runs in
 * every process: a deadline is one command id, so it has its effect once.
 */
export class AlarmClock {
  readonly #database: ReadDatabase
  readonly #executor: CommandExecutor
  readonly #options: AlarmClockOptions
  #timer: NodeJS.Timeout | undefined
  #ringing: Promise<unknown> | undefined

  constructor(database: ReadDatabase, executor: CommandExecutor, options: AlarmClockOptions = {}) {
    this.#database = database
    this.#executor = executor
    this.#options = options
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      if (this.#ringing !== undefined) return
      this.#ringing = this.ring()
        .catch((error: unknown) => this.#options.onError?.(error))
        .finally(() => {
          this.#ringing = undefined
        })
    }, this.#options.everyMs ?? 1_000)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#ringing
  }

  /** Deals with what is due, and tells how many deadlines there were. */
  async ring(): Promise<number> {
    const now = new Date((this.#options.now ?? Date.now)()).toISOString()
    const due = await passedDeadlines(this.#database, now, AT_ONCE)
    // Until the read model has seen that it is done, a deadline is found again: then its command was committed already.
    await Promise.all(due.map((deadline) => this.#meet(deadline)))
    return due.length
  }

  async #meet({ order, kind }: Deadline): Promise<void> {
    // With a slash: no client can take it, and so keep an order from being cancelled.
    const commandId = `deadline/${kind}/${order}`
    if (kind === 'payment') await this.#executor.execute(CancelOrder({ order, reason: 'not-paid' }), { commandId })
    else await this.#executor.execute(MarkOverdue({ order }), { commandId })
  }
}
