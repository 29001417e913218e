import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { CommitOutcomeUnknown, EventCoreError, StoreFailure, StoreUnavailable } from 'eventcore'
import { classifyError, isBusy } from './classify-error.ts'
import { FailedCommits } from './failed-commit.ts'
import type { LoopShare } from './loop-share.ts'
import { busyPause, stillBusy } from './wait-while-busy.ts'
import { WalCheckpoints } from './wal-checkpoints.ts'
import type { Writer } from './writer.ts'

/** A transaction takes no further call once its bodies have taken so long; its COMMIT takes about as long again. */
const TRANSACTION_MS = 5

/** Calls that may wait for the writer. The executor has one under way at a time; this is for who calls without waiting. */
const QUEUE_LIMIT = 10_000

/** What a caller wants written. */
export interface WriteJob<T> {
  /** In the words of the store contract. */
  readonly operation: string
  /**
   * Does the work, synchronously, inside the transaction. A typed error that it throws fails this job alone, so it must be
   * thrown before anything is written; any other error rolls back the transaction.
   */
  readonly run: () => T
  /** What to look up when the outcome of the COMMIT is unknown. */
  readonly commandIds?: readonly string[]
}

interface Waiting {
  readonly job: WriteJob<unknown>
  readonly since: number
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  /** Was in a transaction that failed, and is tried in one of its own: who caused it must not fail the others. */
  alone: boolean
  outcome?: { readonly value: unknown } | { readonly error: unknown }
}

/**
 * All writing goes through here, one transaction at a time: BEGIN IMMEDIATE, the bodies of all calls that wait, COMMIT, in one
 * synchronous step. Calls that arrive in the meantime go into the next transaction, so that one flush of the disk
 * serves them all (5.3 thousand commands/s with a transaction each, 60 to 70 thousand in batches of 64). Between two
 * transactions the event loop turns.
 */
export class WriteQueue {
  readonly #writer: Writer
  readonly #path: string
  readonly #busyTimeoutMs: number
  readonly #share: LoopShare
  readonly #onAppended: () => void
  readonly #failedCommits: FailedCommits
  readonly #walCheckpoints: WalCheckpoints
  #waiting: Waiting[] = []
  #draining: Promise<void> | undefined

  constructor(
    writer: Writer,
    settings: {
      readonly path: string
      readonly busyTimeoutMs: number
      readonly share: LoopShare
    },
    onAppended: () => void,
  ) {
    this.#writer = writer
    this.#path = settings.path
    this.#busyTimeoutMs = settings.busyTimeoutMs
    this.#share = settings.share
    this.#onAppended = onAppended
    this.#failedCommits = new FailedCommits(writer, settings.busyTimeoutMs)
    this.#walCheckpoints = new WalCheckpoints(writer.db, settings.path)
  }

  submit<T>(job: WriteJob<T>): Promise<T> {
    if (this.#waiting.length >= QUEUE_LIMIT)
      return Promise.reject(
        new StoreUnavailable(
          `"${job.operation}" was not done: ${QUEUE_LIMIT} calls wait for ${this.#path} already. Nothing was written; wait for the earlier ones first.`,
          job.operation,
        ),
      )
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ job, since: performance.now(), resolve, reject, alone: false })
      this.#draining ??= this.#drain()
    })
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining
  }

  async #drain(): Promise<void> {
    // One microtask later: what else is called in this step goes along.
    await undefined
    for (let attempt = 0; this.#waiting.length > 0; ) {
      await this.#share.available()
      const begun = this.#begin()
      if (begun === 'busy') {
        await sleep(busyPause(attempt++))
        continue
      }
      attempt = 0
      if (begun === 'begun') await this.#transaction()
      if (this.#walCheckpoints.outgrown) this.#copyWal(() => this.#walCheckpoints.restart())
      else if (this.#walCheckpoints.due) await this.#checkpoint()
    }
    this.#draining = undefined
  }

  #begin(): 'begun' | 'busy' | 'failed' {
    try {
      this.#writer.begin()
      return 'begun'
    } catch (error) {
      if (isBusy(error)) {
        this.#expire(error)
        return 'busy'
      }
      this.#rollback()
      for (const { job, reject } of this.#waiting.splice(0)) reject(classifyError(error, job.operation, this.#path))
      return 'failed'
    }
  }

  /** Rejects what has waited for too long. The oldest stand first. */
  #expire(cause: unknown): void {
    const now = performance.now()
    while (this.#waiting[0] !== undefined && now - this.#waiting[0].since >= this.#busyTimeoutMs) {
      const [{ job, since, reject }] = this.#waiting.splice(0, 1) as [Waiting]
      reject(stillBusy(job.operation, this.#path, now - since, cause))
    }
  }

  async #transaction(): Promise<void> {
    const start = performance.now()
    const before = this.#writer.position
    const taken: Waiting[] = []
    try {
      this.#runBodies(taken, start)
    } catch (error) {
      this.#rollback()
      this.#share.spend(performance.now() - start)
      this.#failed(taken, error)
      return
    }
    const events = this.#writer.position - before
    const committing = performance.now()
    try {
      this.#writer.commit()
    } catch (error) {
      this.#share.spend(performance.now() - start)
      await this.#commitFailed(taken, error)
      return
    }
    const committed = performance.now()
    this.#share.spend(committed - start)
    if (events > 0) this.#failedCommits.overwritten()
    this.#walCheckpoints.wrote(events, this.#writer.characters, committed - committing)
    for (const waiting of taken) settle(waiting)
    if (events > 0) this.#onAppended()
  }

  /** In a turn of its own, so that its time does not come on top of a transaction's. */
  async #checkpoint(): Promise<void> {
    await nextTurn()
    this.#copyWal(() => this.#walCheckpoints.run())
  }

  #copyWal(step: () => void): void {
    const start = performance.now()
    try {
      step()
    } catch {
      // Nothing is lost: what is committed is in the WAL. A disk that fails will fail the next COMMIT, and be told there.
    }
    this.#share.spend(performance.now() - start)
  }

  #runBodies(taken: Waiting[], start: number): void {
    let count = 0
    try {
      for (const waiting of this.#waiting) {
        if (count > 0 && (waiting.alone || performance.now() - start >= TRANSACTION_MS)) break
        count++
        taken.push(waiting)
        try {
          waiting.outcome = { value: waiting.job.run() }
        } catch (error) {
          if (!(error instanceof EventCoreError)) throw error
          waiting.outcome = { error }
        }
        if (waiting.alone) break
      }
    } finally {
      this.#waiting.splice(0, count)
    }
  }

  /** The transaction is rolled back, and certainly wrote nothing. */
  #failed(taken: readonly Waiting[], error: unknown): void {
    if (taken.length > 1) {
      for (const waiting of taken) waiting.alone = true
      this.#waiting.unshift(...taken)
      return
    }
    for (const { job, reject } of taken) reject(classifyError(error, job.operation, this.#path))
  }

  #rollback(): void {
    try {
      this.#writer.rollback()
    } catch {
      // Then the next BEGIN fails too, its calls are rejected with the reason, and rolling back is tried again.
    }
  }

  async #commitFailed(taken: readonly Waiting[], error: unknown): Promise<void> {
    const commandIds = taken.flatMap(({ job }) => job.commandIds ?? [])
    if (await this.#failedCommits.isDefinite(error, commandIds)) {
      this.#failed(taken, error)
      return
    }
    for (const { job, reject } of taken) {
      reject(
        job.commandIds === undefined
          ? unknownWrite(job.operation, this.#path, error)
          : new CommitOutcomeUnknown(job.commandIds, { cause: error }),
      )
    }
  }
}

function settle({ outcome, resolve, reject }: Waiting): void {
  if (outcome === undefined) reject(new Error('a write was taken but not run'))
  else if ('error' in outcome) reject(outcome.error)
  // The job's own type, which a queue of many cannot name.
  else resolve(outcome.value as never)
}

/** Only an append can say that its outcome is unknown. What else is written is the same when it is written twice. */
function unknownWrite(operation: string, path: string, cause: unknown): StoreFailure {
  return new StoreFailure(
    `"${operation}" failed on ${path}: the disk reported an error at COMMIT, and it may or may not be written. ` +
      'Check the disk and the file system, then do it again.',
    operation,
    { cause },
  )
}
