import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { classifyError } from './classify-error.ts'
import { CommitReads } from './commit-reads.ts'
import type { LoopShare } from './loop-share.ts'
import { rollback } from './rollback.ts'
import { StreamReads } from './stream-reads.ts'
import { waitWhileBusy } from './wait-while-busy.ts'

/**
 * The read connection. Each read is one short transaction in one synchronous step: it sees one snapshot, and it is over
 * before anybody else runs, so it never keeps a checkpoint from emptying the WAL.
 */
export class Reader {
  readonly db: DatabaseSync
  readonly streams: StreamReads
  readonly commits: CommitReads
  readonly #path: string
  readonly #busyTimeoutMs: number
  readonly #share: LoopShare
  readonly #begin: StatementSync
  readonly #end: StatementSync
  readonly #pending = new Set<Promise<unknown>>()

  constructor(
    db: DatabaseSync,
    settings: { readonly path: string; readonly busyTimeoutMs: number; readonly share: LoopShare },
  ) {
    this.db = db
    this.streams = new StreamReads(db)
    this.commits = new CommitReads(db)
    this.#path = settings.path
    this.#busyTimeoutMs = settings.busyTimeoutMs
    this.#share = settings.share
    this.#begin = db.prepare('BEGIN')
    this.#end = db.prepare('COMMIT')
  }

  /** Runs the body in a snapshot, now or, when much was done in this turn of the event loop, in the next one. */
  snapshot<T>(operation: string, body: () => T): Promise<T> {
    const answer = this.#snapshot(operation, body)
    this.#pending.add(answer)
    const done = (): void => void this.#pending.delete(answer)
    answer.then(done, done)
    return answer
  }

  /** Resolves when no read is under way. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending)
  }

  async #snapshot<T>(operation: string, body: () => T): Promise<T> {
    if (this.#share.exhausted) await this.#share.available()
    try {
      return await waitWhileBusy(() => this.now(body), {
        operation,
        path: this.#path,
        timeoutMs: this.#busyTimeoutMs,
      })
    } catch (error) {
      throw classifyError(error, operation, this.#path)
    }
  }

  /** The same in this very step. Throws what SQLite throws. */
  now<T>(body: () => T): T {
    const start = performance.now()
    this.#begin.run()
    try {
      const answer = body()
      this.#end.run()
      return answer
    } catch (error) {
      rollback(this.db)
      throw error
    } finally {
      this.#share.spend(performance.now() - start)
    }
  }
}
