import { types } from 'node:util'
import { CommandIdReused, ConcurrencyConflict } from '../errors/command-errors.ts'
import { EventCoreError } from '../errors/event-core-error.ts'
import { CommitOutcomeUnknown } from '../errors/store-errors.ts'
import type { Commit, CommitResult, RecordedCommit, StreamCheck, StreamConflict } from '../store/commit.ts'
import type { EventStore } from '../store/event-store.ts'
import { backoffDelay, RETRIES_AT_ONCE } from './backoff.ts'
import { type Batch, type BatchMember, failedWithOthers } from './batch.ts'
import { outcomeOfCommit, outcomeOfRecord, outcomeOfRejection } from './build-outcome.ts'
import type { RetryReason } from './executor-options.ts'
import type { Job } from './job.ts'
import type { JobRegister } from './job-register.ts'
import { reasonOf } from './reason-of.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { StreamSupply } from './stream-supply.ts'

/** What the store said about a batch, turned into outcomes, retries and errors of its commands. The only retry there is. */
export class Settlement {
  readonly #store: EventStore
  readonly #options: ResolvedOptions
  readonly #supply: StreamSupply
  readonly #register: JobRegister
  readonly #putBack: (job: Job) => void

  constructor(
    store: EventStore,
    options: ResolvedOptions,
    supply: StreamSupply,
    register: JobRegister,
    putBack: (job: Job) => void,
  ) {
    this.#store = store
    this.#options = options
    this.#supply = supply
    this.#register = register
    this.#putBack = putBack
  }

  /** Every commit has its own result. The states of the batch are settled: a command that is decided again must find them right. */
  settle(batch: Batch, results: readonly CommitResult[]): void {
    for (const result of results) if (result.status === 'conflict') this.#supply.learn(result.conflicts)
    this.#each(batch, (member) => this.#settleMember(member, member.result as CommitResult))
  }

  /**
   * Each command on its own: what is thrown for one, since a store gave an answer that is none, say, must not leave the others without an
   * outcome. Of that one, nobody knows.
   */
  #each({ members }: Batch, settle: (member: BatchMember) => void): void {
    for (const member of members) {
      if (member.job.isSettled) continue
      try {
        settle(member)
      } catch (cause) {
        this.#unsettled(member.job, cause)
      }
    }
  }

  #unsettled(job: Job, cause: unknown): void {
    this.#register.fail(job, new CommitOutcomeUnknown([job.request.commandId], { cause }))
  }

  /** The call as a whole failed: definitely, or nobody knows. */
  failed(batch: Batch, error: unknown): void {
    if (error instanceof CommitOutcomeUnknown) this.#outcomeUnknown(batch, error)
    else this.#nothingWritten(batch, error)
  }

  #settleMember(member: BatchMember, result: CommitResult): void {
    const { job, decided, commit } = member
    switch (result.status) {
      case 'committed':
        this.#register.succeed(job, outcomeOfCommit(member, result.positions))
        return
      case 'duplicate':
        this.#recorded(job, result.commit)
        return
      case 'conflict':
        dropDeadAttempts(job, commit, result.conflicts)
        this.conflicted(job, result.conflicts, failedWithOthers(member))
        return
      case 'failed':
        this.storeFailed(job, result.error)
        return
      case 'verified':
        dropDeadAttempts(job, commit, [])
        if (job.unknownAttempts.length > 0) this.#register.giveUp(job, job.lastError)
        else if (decided.kind === 'threw') this.#register.fail(job, decided.error)
        else if (decided.kind === 'rejection')
          this.#register.succeed(job, outcomeOfRejection(member, decided.rejection))
        else this.#register.succeed(job, outcomeOfCommit(member, []))
    }
  }

  /** The command lost: decided again, the first times at once, since what it missed came with the answer. */
  conflicted(job: Job, conflicts: readonly StreamConflict[], withOthers: boolean): void {
    if (withOthers) {
      // It failed because a command before it in the batch did: no loss of its own, and no attempt.
      job.attempts--
      this.#again(job)
      return
    }
    job.conflicts++
    job.lastConflicts = conflicts
    if (job.attempts >= job.request.maxAttempts) this.#register.giveUp(job, outOfAttempts(job, conflicts))
    else this.#retry(job, 'conflict', job.conflicts - RETRIES_AT_ONCE)
  }

  #retry(job: Job, reason: RetryReason, failures: number): void {
    job.phase = 'waiting'
    if (this.#register.endIfCancelled(job)) return
    const delayMs = failures < 1 ? 0 : this.#delayAfter(failures)
    this.#tell(job, reason, delayMs)
    // The hook may have aborted it.
    if (this.#register.endIfCancelled(job)) return
    if (delayMs === 0) {
      this.#again(job)
      return
    }
    job.timer = setTimeout(() => {
      if (job.phase === 'waiting') this.#again(job)
    }, delayMs)
  }

  #delayAfter(failures: number): number {
    const { retryBaseDelayMs, retryMaxDelayMs, random } = this.#options
    try {
      return backoffDelay(failures, retryBaseDelayMs, retryMaxDelayMs, random)
    } catch (error) {
      warnOf(error, 'random')
      return backoffDelay(failures, retryBaseDelayMs, retryMaxDelayMs, Math.random)
    }
  }

  #tell(job: Job, reason: RetryReason, delayMs: number): void {
    const { onRetry } = this.#options
    if (onRetry === undefined) return
    const { kind, commandId } = job.request
    const retry = {
      commandName: kind.name,
      commandId,
      attempt: job.attempts,
      reason,
      conflicts: reason === 'conflict' ? job.lastConflicts : [],
      delayMs,
    }
    try {
      const told: unknown = onRetry(retry)
      // An asynchronous hook has the type of one that gives nothing back.
      Promise.resolve(told).catch((error: unknown) => warnOf(error, 'onRetry'))
    } catch (error) {
      warnOf(error, 'onRetry')
    }
  }

  #again(job: Job): void {
    job.phase = 'queued'
    if (this.#register.endIfCancelled(job)) return
    this.#supply.keepBoundary(job)
    this.#putBack(job)
  }

  #nothingWritten(batch: Batch, error: unknown): void {
    batch.dropPending()
    const { members } = batch
    if (members.length === 1 || isRetryable(error)) {
      this.#each(batch, ({ job }) => this.storeFailed(job, error))
      return
    }
    // One commit can make a whole call fail: halves are tried until it stands alone. The others lose nothing but time.
    const half = Math.ceil(members.length / 2)
    this.#each(batch, ({ job }) => {
      job.batchLimit = half
      job.attempts--
      this.#again(job)
    })
  }

  /** The store could not read or write for this command, and wrote nothing. */
  storeFailed(job: Job, error: unknown): void {
    job.lastError = error
    if (!isRetryable(error) || job.attempts >= job.request.maxAttempts) {
      this.#register.giveUp(job, error)
      return
    }
    // A failed read is no decision, and still no reason to go on for ever.
    if (job.phase === 'loading') job.countAttempt()
    this.#retry(job, 'unavailable', job.attempts)
  }

  /** Nobody knows whether the batch was written: each command that writes looks its id up. */
  #outcomeUnknown(batch: Batch, error: CommitOutcomeUnknown): void {
    // What was durable before still is. If the batch was written after all, the next check says so, with what was missed.
    batch.dropPending()
    const unknown: Job[] = []
    this.#each(batch, ({ job, commit }) => {
      job.lastError = error
      job.phase = 'waiting'
      if (commit.events.length > 0) {
        job.unknownAttempts = [...job.unknownAttempts, commit]
        unknown.push(job)
      } else if (job.attempts >= job.request.maxAttempts) this.#register.giveUp(job, error)
      else this.#retry(job, 'unavailable', job.attempts)
    })
    if (unknown.length > 0) void this.#lookUp(unknown, 1)
  }

  /** *Found* is committed. *Not found* is not committed yet: the same id may be tried again, and nothing else may be said. */
  async #lookUp(jobs: readonly Job[], failures: number): Promise<void> {
    const open = jobs.filter((job) => job.phase === 'waiting' && !this.#register.endIfCancelled(job))
    if (open.length === 0) return
    try {
      const commits = await this.#store.findCommits(open.map((job) => job.request.commandId))
      const found = new Map(commits.map((commit) => [commit.commandId, commit]))
      for (const job of open) {
        if (job.phase !== 'waiting') continue
        try {
          this.#lookedUp(job, found.get(job.request.commandId))
        } catch (cause) {
          this.#unsettled(job, cause)
        }
      }
    } catch (error) {
      for (const job of open) job.lastError = error
      // Ends with the deadlines of the commands, which leave with an unknown outcome.
      setTimeout(() => void this.#lookUp(open, failures + 1), 1 + this.#delayAfter(failures))
    }
  }

  #lookedUp(job: Job, commit: RecordedCommit | undefined): void {
    if (commit !== undefined) this.#recorded(job, commit)
    else if (job.attempts >= job.request.maxAttempts) this.#register.giveUp(job, job.lastError)
    else this.#retry(job, 'unknown-outcome', job.attempts)
  }

  /** The id is recorded: by the first execution of the same command, or of this one whose answer was lost, or by mistake. */
  #recorded(job: Job, commit: RecordedCommit): void {
    const { kind, commandId, inputHash } = job.request
    if (commit.commandName !== kind.name || commit.inputHash !== inputHash)
      this.#register.fail(job, new CommandIdReused(kind.name, commandId, commit.commandName))
    else this.#register.succeed(job, outcomeOfRecord(job, commit))
  }
}

/**
 * Forgets attempts that cannot be committed any more: the store has just said that the command id is not recorded, and at
 * that same moment a stream that the attempt checks stood elsewhere. Nothing less proves it: that a stream has moved on may
 * be the attempt's own doing.
 */
function dropDeadAttempts(job: Job, answered: Commit, conflicts: readonly StreamConflict[]): void {
  if (job.unknownAttempts.length === 0) return
  const heads = new Map<string, { readonly version: number; readonly id: string | null }>()
  for (const { stream, version, headId } of answered.checks) heads.set(stream, { version, id: headId })
  for (const { stream, actualVersion, actualHeadId } of conflicts)
    heads.set(stream, { version: actualVersion, id: actualHeadId })
  const isDead = ({ stream, version, headId }: StreamCheck): boolean => {
    const head = heads.get(stream)
    return head !== undefined && (head.version > version || (head.version === version && head.id !== headId))
  }
  job.unknownAttempts = job.unknownAttempts.filter(({ checks }) => !checks.some(isDead))
}

export function outOfAttempts(job: Job, conflicts: readonly StreamConflict[]): ConcurrencyConflict {
  const { kind, commandId, maxAttempts } = job.request
  const limit = `${maxAttempts} attempts are its limit.`
  return new ConcurrencyConflict(kind.name, commandId, job.attempts, conflicts, limit)
}

/** An option of the caller's that is a function and fails: no command depends on it. */
function warnOf(error: unknown, option: 'onRetry' | 'random'): void {
  process.emitWarning(types.isNativeError(error) ? error : reasonOf(error), {
    detail: `thrown by the ${option} option of a CommandExecutor`,
  })
}

function isRetryable(error: unknown): boolean {
  return error instanceof EventCoreError && error.retryable
}
