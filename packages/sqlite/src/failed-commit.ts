import type { StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { isBusy, resultCode, SQLITE } from './classify-error.ts'
import { busyPause } from './wait-while-busy.ts'
import type { Writer } from './writer.ts'

/**
 * Finds out what became of a transaction whose COMMIT failed.
 *
 * In WAL mode a COMMIT writes its pages to the end of the WAL, the last one with the commit mark, flushes the WAL, and
 * then makes them visible in shared memory. When it reports an error it has not done the last step: nobody sees the
 * transaction, and the next writer overwrites it. But when the error came after the commit mark was written (the flush
 * failed, shared memory could not grow), a complete transaction may stand in the file, and the recovery after a crash would
 * take it for committed. So:
 *
 * - `SQLITE_FULL`: a page could not be written. The mark is on the last page, so there is none: definite.
 * - busy: nothing was begun: definite.
 * - any other error: possibly there, until something is written over it. A small durable transaction is written, the
 *   *fence*. Once it is committed the old one can never come back, since each page's checksum continues that of the page
 *   before it: definite. If the fence fails too the outcome is unknown, and stays so until some commit succeeds.
 */
export class FailedCommits {
  readonly #writer: Writer
  readonly #timeoutMs: number
  readonly #fence: StatementSync
  #unresolved = false

  constructor(writer: Writer, timeoutMs: number) {
    this.#writer = writer
    this.#timeoutMs = timeoutMs
    this.#fence = writer.db.prepare('UPDATE eventcore_fence SET counter = counter + 1')
  }

  /** To be told of each COMMIT that wrote something: whatever had failed before is overwritten. */
  overwritten(): void {
    this.#unresolved = false
  }

  /** Rolls back, and answers whether it is certain that nothing was written and never will be. */
  async isDefinite(error: unknown, commandIds: readonly string[]): Promise<boolean> {
    const rolledBack = this.#rollback()
    if (rolledBack && !this.#unresolved && (isBusy(error) || resultCode(error) === SQLITE.FULL)) return true
    this.#unresolved = true
    const start = performance.now()
    for (let attempt = 0; ; attempt++) {
      try {
        return this.#writeFence(commandIds)
      } catch (again) {
        this.#rollback()
        if (!isBusy(again) || performance.now() - start >= this.#timeoutMs) return false
      }
      await sleep(busyPause(attempt))
    }
  }

  #rollback(): boolean {
    try {
      this.#writer.rollback()
      return true
    } catch {
      // Then the fence cannot begin, and nothing is certain.
      return false
    }
  }

  #writeFence(commandIds: readonly string[]): boolean {
    this.#writer.begin()
    this.#fence.run()
    const recorded = commandIds.some((id) => this.#writer.commits.find(id) !== undefined)
    this.#writer.commit()
    this.#unresolved = false
    // As SQLite works this cannot be. If it is, the look-up by command id will tell the truth.
    return !recorded
  }
}
