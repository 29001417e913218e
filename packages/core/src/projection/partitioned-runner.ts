import { InvalidOptions } from '../errors/invalid-options.ts'
import type { DeadLetterDesk } from './dead-letter-desk.ts'
import type { Projection } from './define-projection.ts'
import { ProjectionRunner } from './projection-runner.ts'
import type { ProjectionState, ProjectionStatus } from './projection-status.ts'
import type { ProjectingStore } from './projection-target.ts'
import type { RunnerOptions } from './runner-options.ts'
import type { WaitedFor, WaitOptions } from './wait-for.ts'

export interface PartitionedRunnerOptions extends Omit<RunnerOptions, 'partition'> {
  /** How many. Another number is another set of checkpoints: take a new version of the projection for it. */
  readonly partitions: number
}

/** Of all partitions together, and of each. */
export interface PartitionedStatus
  extends Pick<ProjectionStatus, 'projection' | 'state' | 'lagEvents' | 'lagSeconds' | 'rate' | 'secondsLeft'> {
  readonly deadLetters: ProjectionStatus['deadLetters']
  /** Of the first partition that has one. */
  readonly lastError: unknown
  /** Of the first partition that has one. */
  readonly storeError: ProjectionStatus['storeError']
  readonly partitions: readonly ProjectionStatus[]
}

/** The state that says most about a projection whose partitions are in several: the first of these. */
const STATES: readonly ProjectionState[] = [
  ...(['checkpoint-ahead', 'failed', 'unavailable', 'retrying', 'paused', 'catching-up'] as const),
  ...(['live', 'standby', 'stopped'] as const),
]

/**
 * Runs one projection in several partitions, in parallel: all events of a stream go to one partition, in their order. To its
 * user it is one runner. Each partition has a lease, a checkpoint and dead letters of its own, so several processes that run
 * the same projection share the partitions out among themselves.
 *
 * Events of *different* streams may be handled in another order than they stand in the feed, and side by side: handlers must
 * not depend on rows of other streams.
 *
 * @example
 * ```ts
 * declare const database: ProjectingStore<unknown>
 * declare const statement: Projection<unknown>
 * const runner = new PartitionedRunner(database, statement, { partitions: 4 })
 * runner.start()
 * ```
 */
export class PartitionedRunner<Tx> {
  /** One for each partition. */
  readonly partitions: readonly ProjectionRunner<Tx>[]
  readonly #projection: Projection<Tx>

  /** @throws InvalidOptions (`INVALID_OPTIONS`) */
  constructor(store: ProjectingStore<Tx>, projection: Projection<Tx>, options: PartitionedRunnerOptions) {
    const { partitions: count, owner, ...rest } = options
    if (!Number.isSafeInteger(count) || count < 1)
      throw new InvalidOptions('partitions', count, 'a whole number of at least 1')
    this.#projection = projection
    this.partitions = Array.from(
      { length: count },
      (_, index) =>
        new ProjectionRunner(store, projection, {
          ...rest,
          ...(owner === undefined ? {} : { owner: `${owner}/${index}` }),
          partition: { index, count },
        }),
    )
  }

  /** Dead letters of each partition. */
  get deadLetters(): readonly DeadLetterDesk<Tx>[] {
    return this.partitions.map(({ deadLetters }) => deadLetters)
  }

  /** As of one runner: returns at once. */
  start(): void {
    for (const runner of this.partitions) runner.start()
  }

  /** Finishes the batches under way, and gives up the leases. */
  async stop(): Promise<void> {
    await Promise.all(this.partitions.map((runner) => runner.stop()))
  }

  pause(): void {
    for (const runner of this.partitions) runner.pause()
  }

  resume(): void {
    for (const runner of this.partitions) runner.resume()
  }

  /** The state that somebody should know of first, the longest lag, all dead letters, and the status of each partition. */
  async status(): Promise<PartitionedStatus> {
    const partitions = await Promise.all(this.partitions.map((runner) => runner.status()))
    const { name, version } = this.#projection
    return {
      projection: `${name}@${version}`,
      state: STATES.find((state) => partitions.some((one) => one.state === state)) ?? 'stopped',
      lagEvents: mostOf(partitions.map(({ lagEvents }) => lagEvents)),
      lagSeconds: mostOf(partitions.map(({ lagSeconds }) => lagSeconds)),
      rate: partitions.reduce((total, { rate }) => total + rate, 0),
      secondsLeft: mostOf(partitions.map(({ secondsLeft }) => secondsLeft)),
      deadLetters: allLetters(partitions),
      lastError: partitions.find(({ lastError }) => lastError !== undefined)?.lastError,
      storeError: partitions.find(({ storeError }) => storeError !== undefined)?.storeError,
      partitions,
    }
  }

  /**
   * Resolves when the read model contains these events, whichever partitions they belong to. See `ProjectionRunner.waitFor`.
   * @throws EventParked (`EVENT_PARKED`), ProjectionWaitTimeout (`PROJECTION_WAIT_TIMEOUT`), ProjectionHalted
   * (`PROJECTION_HALTED`)
   */
  async waitFor(what: WaitedFor, options: WaitOptions = {}): Promise<void> {
    await Promise.all(this.partitions.map((runner) => runner.waitFor(what, options)))
  }

  /**
   * Forgets the read model and begins anew, in place: all partitions in one transaction, then they run. See
   * `ProjectionRunner.rebuild`.
   * @throws LeaseLost (`LEASE_LOST`)
   */
  async rebuild(): Promise<void> {
    await this.#restart(true)
  }

  /** Switches readers to this version when every partition has come as far as the feed goes now. See `ProjectionRunner.activate`. */
  async activate(options: WaitOptions = {}): Promise<void> {
    const [first, ...others] = this.partitions
    await Promise.all(others.map((runner) => runner.reachHead(options)))
    await first?.activate(options)
  }

  /** Stops, and removes everything that this version keeps. */
  drop(): Promise<void> {
    return this.#restart(false)
  }

  async #restart(again: boolean): Promise<void> {
    const [first, ...others] = this.partitions
    const held: { readonly projection: string; readonly epoch: number }[] = []
    // Each under its lease, one within the other, so that none of them works when the tables are emptied.
    const all = others.reduce<() => Promise<void>>(
      (inner, runner) => () =>
        runner.underLease(async (epoch) => {
          held.push({ projection: runner.id, epoch })
          await inner()
        }),
      async () => first?.underLease((epoch) => first.restart(epoch, held, again)),
    )
    // At once, so that a start or a stop finds all of them at it; the last one to stand still does it for all.
    const { promise, resolve } = Promise.withResolvers<void>()
    let running = this.partitions.length
    const standStill = async (): Promise<void> => {
      if (--running === 0) resolve(all())
      await promise
    }
    await Promise.all(this.partitions.map((runner) => runner.maintain(standStill, again)))
  }
}

/** `undefined` when those of one partition are not known. */
function allLetters(partitions: readonly ProjectionStatus[]): ProjectionStatus['deadLetters'] {
  const total = { failed: 0, waiting: 0, skipped: 0 }
  for (const { deadLetters } of partitions) {
    if (deadLetters === undefined) return undefined
    total.failed += deadLetters.failed
    total.waiting += deadLetters.waiting
    total.skipped += deadLetters.skipped
  }
  return total
}

/** `undefined` when one is not known. */
function mostOf(figures: readonly (number | undefined)[]): number | undefined {
  let most = 0
  for (const figure of figures) {
    if (figure === undefined) return undefined
    most = Math.max(most, figure)
  }
  return most
}
