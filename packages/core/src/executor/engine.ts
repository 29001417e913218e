import { HandlerFailed } from '../errors/command-errors.ts'
import { EventStoreError } from '../errors/event-store-error.ts'
import { CommitOutcomeUnknown } from '../errors/store-errors.ts'
import type { CommitResult } from '../store/commit.ts'
import type { EventStore } from '../store/event-store.ts'
import { Attempt, notCarriedOut, tooManyRuns } from './attempt.ts'
import { assertAnswered, Batch } from './batch.ts'
import { CommandQueue } from './command-queue.ts'
import { type Decided, decide, type NeedsStreams } from './decide.ts'
import { Job, type JobRequest } from './job.ts'
import { JobRegister } from './job-register.ts'
import { overloaded } from './overloaded.ts'
import { conflictsWith } from './overtaken.ts'
import { isOwnError } from './own-error.ts'
import { Precedence } from './precedence.ts'
import { reasonOf } from './reason-of.ts'
import { CONFLICTS_BEFORE_RESERVATION, Reservations } from './reservations.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { outOfAttempts, Settlement } from './settlement.ts'
import { StreamSupply, type StreamSupplyEvents } from './stream-supply.ts'
import { timelineStreams } from './timeline-reader.ts'
import { Timelines } from './timelines.ts'
import { TurnTaking } from './turn-taking.ts'

/** How many commands are passed over in search of those that can be decided now, per place in the batch. */
const LOOK_AHEAD = 4

/**
 * Executes commands. They queue; when the store can take a commit, every queued command whose streams are at hand is decided
 * just then, on cached states that include what the commands before it in the batch decided, and the batch goes to the store
 * in one call. The store checks each commit against everything that it read; what a conflict reports brings the cache up to
 * date, and the command is decided again. Whatever a command comes to (events, a rejection, nothing, an error of its
 * handler) is checked at the store before the caller hears of it, so a stale cache costs time and never truth.
 *
 * An asynchronous handler runs beside the queue; its decision then goes through the same batch, checks and retries.
 */
export class Engine {
  readonly #store: EventStore
  readonly #options: ResolvedOptions
  readonly #newId: () => string
  readonly #queue = new CommandQueue()
  readonly #supply: StreamSupply
  readonly #timelines: Timelines
  readonly #reservations: Reservations
  readonly #register: JobRegister
  readonly #turns: TurnTaking
  readonly #precedence: Precedence
  readonly #settlement: Settlement
  #tickets = 0
  #lanesBusy = 0
  #pumpPlanned = false
  /** Whether a commit of the last batch came too late. */
  #contended = false
  /** The size of the last batch: after one with company, the next waits a turn of the event loop for its like. */
  #lastBatch = 1

  constructor(store: EventStore, options: ResolvedOptions, newId: () => string) {
    this.#store = store
    this.#options = options
    this.#newId = newId
    this.#reservations = new Reservations((parked) => {
      this.#queue.putBackAll(parked)
      this.#planPump()
    })
    const loading: Pick<StreamSupplyEvents, 'loaded' | 'failed'> = {
      loaded: (job) => this.#requeue(job, 'loading'),
      failed: (job, error) => this.#notLoaded(job, error),
    }
    this.#supply = new StreamSupply(store, options, {
      starving: (job) => this.#reservations.reserve(job),
      ...loading,
    })
    this.#timelines = new Timelines(store, this.#supply, loading)
    this.#register = new JobRegister(this.#supply, this.#reservations, () => {
      this.#queue.discardSettled(this.#register.size)
      this.#planPump()
    })
    this.#turns = new TurnTaking(() => this.#planPump())
    this.#precedence = new Precedence(this.#reservations, this.#turns)
    this.#settlement = new Settlement(store, options, this.#supply, this.#register, (job) => {
      this.#queue.putBack(job)
      this.#planPump()
    })
  }

  get activeCount(): number {
    return this.#register.size
  }

  /** Resolves when no command is under way. */
  idle(): Promise<void> {
    return this.#register.idle()
  }

  /** Resolves when no snapshot waits to be written. */
  snapshotsWritten(): Promise<void> {
    return this.#supply.snapshotsWritten()
  }

  submit(request: JobRequest): void {
    const { kind, commandId, timeoutMs, declared } = request
    if (this.#register.size >= this.#options.maxQueue) {
      request.reject(overloaded(kind.name, commandId, this.#register.size))
      return
    }
    try {
      this.#supply.assertDeclarable(request)
      if (kind.timeline !== undefined) timelineStreams(kind.timeline, declared)
    } catch (error) {
      const message = reasonOf(error)
      request.reject(isOwnError(error) ? error : new HandlerFailed(kind.name, commandId, message, { cause: error }))
      return
    }
    const job = new Job(request, ++this.#tickets, performance.now() + timeoutMs)
    this.#register.add(job)
    this.#queue.add(job)
    this.#planPump()
  }

  #planPump(): void {
    if (this.#pumpPlanned || this.#queue.length === 0 || this.#lanesBusy >= this.#lanes) return
    this.#pumpPlanned = true
    // Callers that were answered together come back one after the other; after a batch with company, one turn of the event
    // loop collects them. A lone command does not wait.
    if (this.#lastBatch > 1) setImmediate(this.#pump)
    else queueMicrotask(this.#pump)
  }

  /**
   * How many batches go to the store at once. One while other processes change what this one decides on: one full batch loses less
   * than two half ones.
   */
  get #lanes(): number {
    return this.#contended ? 1 : this.#store.appendLanes
  }

  readonly #pump = (): void => {
    this.#pumpPlanned = false
    while (this.#lanesBusy < this.#lanes && this.#queue.length > 0) {
      const batch = this.#assemble()
      if (batch.members.length === 0) break
      void this.#send(batch)
    }
    this.#supply.flush()
  }

  #assemble(): Batch {
    const batch = new Batch()
    this.#precedence.beginAssembly()
    const waiting: Job[] = []
    let limit = this.#options.maxBatch
    const patience = limit * LOOK_AHEAD
    this.#supply.needAll(this.#queue.next(limit))
    while (batch.members.length < limit && waiting.length < patience && !batch.isFull) {
      const job = this.#queue.take()
      if (job === undefined) break
      if (job.phase !== 'queued') continue
      try {
        this.#supply.needDeclared(job)
        if (this.#reservations.park(job)) continue
        if (job.batchLimit <= batch.members.length) {
          // It was in a batch that failed as a whole, and goes with fewer now.
          waiting.push(job)
          break
        }
        limit = Math.min(limit, job.batchLimit)
        if (this.#precedence.mustWait(job) || !this.#advance(job, batch)) waiting.push(job)
      } catch (cause) {
        this.#register.giveUp(job, notCarriedOut(job, cause))
      }
    }
    this.#queue.putBackAll(waiting)
    return batch
  }

  /**
   * Takes a command one step on: into the batch, or off to be read for, to run, or to end. Answers `false` when it turned out
   * that it has to wait after all.
   */
  #advance(job: Job, batch: Batch): boolean {
    if (job.decided !== undefined) {
      this.#addDecided(job, batch)
      return true
    }
    if (!this.#supply.isAtHand(job)) return true
    if (job.request.kind.timeline !== undefined && !this.#timelines.isCurrent(job)) {
      this.#loadTimeline(job)
      return true
    }
    const known = job.needed.size
    const now = this.#options.now()
    if (job.isSettled) return true
    const attempt = new Attempt(job, this.#supply, job.rounds > 0 ? job.startedAt : now)
    job.attempt = attempt
    job.phase = 'deciding'
    let decided = decide(attempt)
    // Whatever it came to: its caller was told that it is aborted.
    if (job.isSettled) return true
    if (decided instanceof Promise) {
      job.countAttempt()
      if (job.conflicts >= CONFLICTS_BEFORE_RESERVATION) this.#reservations.reserve(job)
      void decided.then((result) => this.#decidedLater(job, attempt, result))
      return true
    }
    if (decided.kind === 'needs-streams') {
      if (this.#readsOn(attempt, decided)) return true
      decided = { kind: 'threw', error: tooManyRuns(job) }
    }
    if (job.needed.size > known && this.#precedence.mustWait(job)) {
      // It came upon a stream that somebody else has now.
      job.phase = 'queued'
      return false
    }
    job.countAttempt()
    this.#include(job, attempt, decided, batch, now)
    return true
  }

  /**
   * It goes into a later batch: what it asks for is read first, and what it has read may have changed by then. Answers `false` when it has
   * asked so often that it would never end.
   */
  #readsOn(attempt: Attempt, { references }: NeedsStreams): boolean {
    const { job } = attempt
    const { maxReadRounds } = this.#options
    job.rounds++
    // Others of this process may have changed what it goes by each time. They do not any more, and it has all its rounds once again.
    if (job.rounds === maxReadRounds) this.#reservations.reserve(job)
    if (job.rounds > 2 * maxReadRounds) return false
    job.startedAt = attempt.startedAt
    job.phase = 'queued'
    this.#supply.keepBoundary(job, references)
    if (this.#supply.isAtHand(job)) this.#queue.putBack(job)
    return true
  }

  /** Its streams cannot be had: for a reason of the store, or because an event or a fold of them is broken. */
  #notLoaded(job: Job, error: unknown): void {
    if (job.phase !== 'loading') return
    if (error instanceof EventStoreError) {
      this.#settlement.storeFailed(job, error)
      return
    }
    const { rounds, needed, declaredStreams } = job
    if (rounds === 0 && needed.size > declaredStreams) {
      // An earlier attempt came upon them. Whether the command still needs them, its next run says.
      this.#supply.keepDeclared(job)
    } else {
      // The last run of its handler asked for them, by what it had read, which is checked; or it declares them, whatever other streams hold.
      job.countAttempt()
      this.#endAtStore(rounds > 0 ? (job.attempt as Attempt) : new Attempt(job, this.#supply, 0), error)
    }
    this.#requeue(job, 'loading')
  }

  /** As with an error of a handler, the store is asked first: whether what was read still holds, and the command is not committed already. */
  #endAtStore(attempt: Attempt, error: unknown): void {
    const { job } = attempt
    attempt.close()
    job.attempt = attempt
    job.decided = { kind: 'threw', error }
  }

  #decidedLater(job: Job, attempt: Attempt, decided: Decided): void {
    if (job.attempt !== attempt || job.phase !== 'deciding') return
    if (decided.kind === 'threw' && attempt.readError !== undefined && decided.error === attempt.readError) {
      this.#settlement.storeFailed(job, decided.error)
      return
    }
    job.decided = decided
    this.#requeue(job, 'deciding')
  }

  /** An asynchronous decision is sent if nothing has changed since; else it would only be refused by the store. */
  #addDecided(job: Job, batch: Batch): void {
    const { attempt, decided } = job as { attempt: Attempt; decided: Decided }
    job.decided = undefined
    const conflicts = conflictsWith(attempt.boundary.streams)
    if (conflicts.length === 0 && !attempt.outdated) this.#include(job, attempt, decided, batch)
    else if (job.attempts < job.request.maxAttempts) this.#settlement.conflicted(job, conflicts, false)
    // The end of it, unless the store knows its command id.
    else this.#include(job, attempt, { kind: 'threw', error: outOfAttempts(job, conflicts) }, batch)
  }

  #include(job: Job, attempt: Attempt, decided: Decided, batch: Batch, now?: number): void {
    job.phase = 'sent'
    batch.add(attempt, decided, this.#newId, now ?? this.#options.now())
  }

  #loadTimeline(job: Job): void {
    if (job.timeline !== undefined && ++job.conflicts >= CONFLICTS_BEFORE_RESERVATION) this.#reservations.reserve(job)
    if (++job.timelineReads <= this.#options.maxReadRounds) {
      this.#timelines.load(job)
      return
    }
    // Its streams have moved on each time. That is a loss like any other: with delays from some time on, and not for ever.
    const conflicts = this.#timelines.conflictsOf(job)
    job.countAttempt()
    if (job.attempts < job.request.maxAttempts) this.#settlement.conflicted(job, conflicts, false)
    else {
      this.#endAtStore(new Attempt(job, this.#supply, 0), outOfAttempts(job, conflicts))
      this.#queue.putBack(job)
    }
  }

  #requeue(job: Job, from: Job['phase']): void {
    if (job.phase !== from) return
    job.phase = 'queued'
    this.#queue.putBack(job)
    this.#planPump()
  }

  /** Never rejects: every failure goes to the commands of the batch. */
  async #send(batch: Batch): Promise<void> {
    const { members } = batch
    this.#lanesBusy++
    this.#lastBatch = members.length
    batch.hold()
    const commandIds = (): string[] => members.map(({ job }) => job.request.commandId)
    const sentAt = performance.now()
    let answer: { readonly results: readonly CommitResult[] } | { readonly error: unknown }
    try {
      answer = { results: await this.#store.append(members.map(({ commit }) => commit)) }
      assertAnswered(members, answer.results)
    } catch (error) {
      // Whatever a store throws beside its own errors says nothing about what it wrote.
      answer = {
        error: error instanceof EventStoreError ? error : new CommitOutcomeUnknown(commandIds(), { cause: error }),
      }
    }
    batch.release()
    this.#lanesBusy--
    try {
      if ('results' in answer) {
        this.#contended = answer.results.some(({ status }) => status === 'conflict')
        // Those that wait: where nothing is cached but what is in use, the batch lets go of what they need.
        this.#supply.needAll(this.#queue.next(this.#options.maxBatch))
        batch.settleStates(answer.results)
        this.#turns.settled(batch, performance.now() - sentAt)
        this.#settlement.settle(batch, answer.results)
      } else this.#settlement.failed(batch, answer.error)
    } catch (cause) {
      // Results that cannot be read say nothing about what was written.
      this.#settlement.failed(batch, new CommitOutcomeUnknown(commandIds(), { cause }))
    }
    this.#supply.batchEnded(batch.written)
    this.#planPump()
  }
}
