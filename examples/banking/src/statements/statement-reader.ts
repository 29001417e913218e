import { setTimeout as sleep } from 'node:timers/promises'
import { ProgramError } from '../program-error.ts'
import type { Statements } from './statements.ts'

/** Milliseconds between two looks. */
const PAUSE = 5
const LINES = 10

/** A customer who looks at a statement all the time. It must never be empty, and each balance must follow from the one before. */
export class StatementReader {
  reads = 0
  readonly #statements: Statements
  readonly #account: string
  readonly #reading: Promise<void>
  #stopped = false

  constructor(statements: Statements, account: string) {
    this.#statements = statements
    this.#account = account
    this.#reading = this.#read()
    // Heard of when it is stopped.
    this.#reading.catch(() => {})
  }

  /** @throws ProgramError (`STATEMENTS_WRONG`) */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#reading
  }

  async #read(): Promise<void> {
    while (!this.#stopped) {
      const lines = await this.#statements.lines(this.#account, LINES)
      const consistent = lines.every(
        ({ amount, balance }, i) => i === 0 || balance === (lines[i - 1]?.balance ?? 0) + amount,
      )
      if (lines.length === 0 || !consistent)
        throw new ProgramError(
          'STATEMENTS_WRONG',
          `The statement of ${this.#account} was read in the middle of a change. This is a defect of the store.`,
        )
      this.reads++
      await sleep(PAUSE)
    }
  }
}
