import { EventCoreError } from '../errors/event-core-error.ts'
import { InvalidOptions } from '../errors/invalid-options.ts'
import { CheckpointAhead } from '../errors/projection-errors.ts'
import { isClosed } from '../feed/outage.ts'
import { Patience, pause } from '../feed/patience.ts'
import { DeadLetterDesk } from './dead-letter-desk.ts'
import type { Projection } from './define-projection.ts'
import { WorkPlanner } from './event-work.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { Maintenance } from './maintenance.ts'
import { Ownership } from './ownership.ts'
import { Progress } from './progress.ts'
import { type ProjectionKind, projectionId } from './projection-kind.ts'
import type { ProjectionState, ProjectionStatus } from './projection-status.ts'
import type { ProjectingStore } from './projection-target.ts'
import { readStatus } from './read-status.ts'
import { assertRunnerOptions, type RunnerOptions } from './runner-options.ts'
import { setUpProjection } from './set-up.ts'
import { tellHook } from './tell-hook.ts'
import { type WaitedFor, type WaitingOn, type WaitOptions, waitForEvents, waitUntilReached } from './wait-for.ts'

const DEFAULT_LEASE_MS = 10_000
const DEFAULT_BATCH_SIZE = 1_000

/**
 * Runs a projection: from its checkpoint along the feed, for as long as it is started. Start one in as many processes as you
 * like: one of them works, the others stand by, and one takes over when its lease runs out. What a late owner still writes is
 * refused by its epoch, in the transaction that would have written it.
 *
 * @example
 * ```ts
 * declare const database: ProjectingStore<unknown>
 * declare const statement: Projection<unknown>
 * const runner = new ProjectionRunner(database, statement)
 * runner.start()
 * const outcome = await executor.executeOrThrow(TransferMoney({ from: 'alice', to: 'bob', amount: 100 }))
 * await runner.waitFor(outcome, { timeoutMs: 1_000 })
 * ```
 */
export class ProjectionRunner<Tx> {
  /** Name, version and, if any, partition: names the checkpoint, the lease and the dead letters. */
  readonly id: string
  /** Events that could not be taken: list, inspect, retry, discard. */
  readonly deadLetters: DeadLetterDesk<Tx>
  readonly #store: ProjectingStore<Tx>
  readonly #kind: ProjectionKind<Tx>
  readonly #options: RunnerOptions
  readonly #leaseMs: number
  readonly #owner: string
  readonly #planner: WorkPlanner<Tx>
  readonly #lease: LeaseKeeper
  readonly #progress = new Progress()
  readonly #maintenance = new Maintenance()
  #state: ProjectionState = 'stopped'
  #lastError: unknown
  #stopping = new AbortController()
  #running: Promise<void> | undefined
  #paused = false

  /** @throws InvalidOptions (`INVALID_OPTIONS`) */
  constructor(store: ProjectingStore<Tx>, projection: Projection<Tx>, options: RunnerOptions = {}) {
    assertRunnerOptions(new.target.name, options)
    const { kind } = projection
    const { partition, leaseMs = DEFAULT_LEASE_MS, now = Date.now } = options
    this.id =
      partition === undefined ? projectionId(kind) : `${projectionId(kind)}/${partition.index}-of-${partition.count}`
    this.#store = store
    this.#kind = kind
    this.#options = options
    this.#leaseMs = leaseMs
    this.#owner = options.owner ?? store.newId()
    this.#planner = new WorkPlanner(kind, partition)
    this.#lease = new LeaseKeeper(store, this.id, this.#owner, leaseMs)
    this.deadLetters = new DeadLetterDesk(store, kind, this.id, this.#planner, now)
  }

  /**
   * Runs `setUp` now, whichever process keeps the read model, so that readers find its tables before the runner has begun. Twice is
   * fine. Does nothing for projections that write elsewhere.
   */
  prepare(): Promise<void> {
    return setUpProjection(this.#store, this.#kind, this.id)
  }

  /**
   * Begins to work, or to stand by, and returns at once. Does nothing while it runs. During a rebuild or a drop it begins when that
   * is done.
   */
  start(): void {
    if (!this.#maintenance.postpones('start')) this.#launch()
  }

  #launch(): void {
    if (this.#running !== undefined) return
    const stopping = new AbortController()
    this.#stopping = stopping
    this.#report('standby')
    this.#running = this.#run(stopping.signal).finally(() => {
      this.#running = undefined
      this.#progress.wake()
    })
  }

  /** Finishes the batch under way, or the rebuild, gives up the lease, and resolves then. Another process takes over at once. */
  async stop(): Promise<void> {
    if (this.#maintenance.postpones('stop')) await this.#maintenance.done
    else await this.#halt()
  }

  async #halt(): Promise<void> {
    this.#stopping.abort()
    this.#progress.wake()
    await this.#running
  }

  /** Takes no further batch, and keeps the lease, so that no other process goes on either. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#progress.wake()
  }

  /** How it is doing, whichever process works. While the store is away it tells what is known without it. */
  status(): Promise<ProjectionStatus> {
    return readStatus({
      store: this.#store,
      id: this.id,
      filter: this.#planner.filter,
      state: this.#state,
      owner: this.#lease.held ? this.#owner : undefined,
      progress: this.#progress,
      lastError: this.#lastError,
      now: this.#options.now ?? Date.now,
    })
  }

  /**
   * Resolves when the read model contains these events, whichever process keeps it: "read your writes". Give it the outcome of a
   * command to wait for all of its events, or the position of one event.
   * @throws EventParked (`EVENT_PARKED`) when one of them is among the dead letters, or was skipped. ProjectionWaitTimeout
   * (`PROJECTION_WAIT_TIMEOUT`). ProjectionHalted (`PROJECTION_HALTED`) when this runner has stopped because of an error.
   * InvalidOptions (`INVALID_OPTIONS`)
   */
  waitFor(what: WaitedFor, options: WaitOptions = {}): Promise<void> {
    return waitForEvents(what, options, this.#waiting())
  }

  /**
   * Forgets the read model and begins anew, in place: `reset` and `setUp` run in the transaction that forgets the checkpoint and
   * the dead letters. Then the projection runs, whether it ran before or not; `status` tells how far it is, `stop` cancels, and
   * after a crash it goes on where it was. Readers see the read model grow: use a new version where they must not. When it is
   * refused nothing was changed, and what ran before runs on.
   * @throws LeaseLost (`LEASE_LOST`) when another owner works, and does not give up within the duration of a lease.
   * InvalidOptions (`INVALID_OPTIONS`) for one partition of several: see `PartitionedRunner`
   */
  async rebuild(): Promise<void> {
    this.#assertWhole()
    await this.maintain(() => this.underLease((epoch) => this.restart(epoch, [], true)), true)
  }

  /**
   * Switches readers to this version, in one transaction with the projection's own `activate`, once it has come as far as the
   * feed goes now. The version used before stays as it is, checkpoint and all, until somebody drops it.
   */
  async activate(options: WaitOptions = {}): Promise<void> {
    await this.reachHead(options)
    const { name, version, activate } = this.#kind
    await this.#store.projections.activate({
      name,
      version,
      apply: (tx, previous) => activate?.(tx, previous),
    })
  }

  /** Stops, and removes everything that this version keeps: `reset` runs, its checkpoint and dead letters go. */
  async drop(): Promise<void> {
    this.#assertWhole()
    await this.maintain(() => this.underLease((epoch) => this.restart(epoch, [], false)), false)
  }

  /** Resolves when it has come as far as the feed goes now. @internal */
  async reachHead(options: WaitOptions): Promise<void> {
    const head = await this.#store.projections.headPosition()
    // What was parked or skipped holds nothing up: the letters are there to be looked at first.
    if (head !== undefined) await waitUntilReached(head, { timeoutMs: 60_000, ...options }, this.#waiting())
  }

  /**
   * Forgets how far it came, `others` too. @internal
   * @param again whether its tables are to be made anew
   */
  async restart(
    epoch: number,
    others: readonly { readonly projection: string; readonly epoch: number }[],
    again: boolean,
  ): Promise<void> {
    const { reset, setUp } = this.#kind
    const apply = (tx: Tx): unknown => this.#inTurn(reset?.(tx), () => (again ? setUp?.(tx) : undefined))
    await this.#store.projections.restart({ projection: this.id, epoch, others, apply })
  }

  /**
   * Stops, and does it while nothing else of this runner goes on. @internal
   * @param runs whether it is to run then; when the work fails: whether it goes on if it ran
   */
  maintain(work: () => Promise<void>, runs: boolean): Promise<void> {
    let then = runs
    return this.#maintenance.next(
      async () => {
        then = runs && this.#running !== undefined && !this.#stopping.signal.aborted
        await this.#halt()
        await work()
        then = runs
      },
      (wish = then ? 'start' : 'stop') => {
        if (wish === 'start') this.#launch()
      },
    )
  }

  /** While it does not run itself. @internal */
  async underLease(work: (epoch: number) => Promise<void>): Promise<void> {
    const deadline = performance.now() + this.#leaseMs * 1.5
    while (!(await this.#lease.acquire()) && performance.now() < deadline) await pause(this.#leaseMs / 20, undefined)
    try {
      await work(this.#lease.epoch)
    } finally {
      await this.#release()
    }
  }

  #waiting(): WaitingOn<Tx> {
    return {
      store: this.#store,
      id: this.id,
      progress: this.#progress,
      owns: () => this.#progress.active,
      halted: () =>
        this.#state === 'failed' || this.#state === 'checkpoint-ahead' ? { error: this.#lastError } : undefined,
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const random = this.#options.random ?? Math.random
    const patience = new Patience(random)
    while (!signal.aborted) {
      const before = this.#progress.events
      const begun = performance.now()
      try {
        if (await this.#lease.acquire()) await this.#work(signal)
        else {
          this.#report('standby')
          await pause(this.#leaseMs * (0.15 + random() * 0.1), signal)
        }
        patience.succeeded()
      } catch (error) {
        patience.succeeded(this.#progress.events > before ? undefined : performance.now() - begun)
        if (!(await this.#survives(error, patience, signal))) return
      } finally {
        this.#progress.active = false
        await this.#release()
      }
    }
    this.#report('stopped')
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { batchSize = DEFAULT_BATCH_SIZE, now = Date.now, random = Math.random } = this.#options
    await new Ownership({
      store: this.#store,
      kind: this.#kind,
      id: this.id,
      planner: this.#planner,
      lease: this.#lease,
      leaseMs: this.#leaseMs,
      batchSize,
      progress: this.#progress,
      now,
      random,
      unpaused: () => this.#unpaused(),
      report: (state, error) => this.#report(state, error),
      parked: (letter) => tellHook('onDeadLetter', this.#options.onDeadLetter, letter),
    }).work(signal)
  }

  async #unpaused(): Promise<boolean> {
    if (!this.#paused) return true
    this.#report('paused')
    await this.#progress.next(this.#leaseMs / 4)
    return false
  }

  /** Answers whether to go on. */
  async #survives(error: unknown, patience: Patience, signal: AbortSignal): Promise<boolean> {
    const code = error instanceof EventCoreError ? error.code : undefined
    if (code === 'LEASE_LOST') {
      this.#report('standby', error)
      return true
    }
    // Its process ends, and did not stop it first. Whoever goes on elsewhere begins where it was.
    if (isClosed(error)) {
      this.#report('stopped', error)
      return false
    }
    const delay = patience.pauseAfter(error)
    if (delay !== undefined) {
      this.#report('unavailable', error)
      await pause(delay, signal)
      return true
    }
    this.#report(error instanceof CheckpointAhead ? 'checkpoint-ahead' : 'failed', error)
    return false
  }

  async #release(): Promise<void> {
    try {
      await this.#lease.release()
    } catch {
      // It runs out by itself, and whatever is wrong with the store is told by the next call.
    }
  }

  /** The partitions of a projection share its tables: what empties them must forget how far each of them came. */
  #assertWhole(): void {
    const { partition } = this.#options
    if (partition !== undefined && partition.count > 1)
      throw new InvalidOptions(
        'partition',
        partition,
        'none, or a PartitionedRunner, to empty the tables of all partitions,',
      )
  }

  #inTurn(first: unknown, second: () => unknown): unknown {
    return first instanceof Promise ? first.then(second) : second()
  }

  #report(state: ProjectionState, error?: unknown): void {
    const previous = this.#state
    this.#state = state
    if (error !== undefined) this.#lastError = error
    else if (state === 'live' || state === 'standby') this.#lastError = undefined
    if (state === 'failed' || state === 'checkpoint-ahead') this.#progress.wake()
    if (state !== previous)
      tellHook('onStateChange', this.#options.onStateChange, { projection: this.id, state, previous, error })
  }
}
