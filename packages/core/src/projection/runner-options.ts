import { assertOptions, optionCheck } from '../option-checks.ts'
import type { NewDeadLetter } from './dead-letter.ts'
import type { Partition } from './event-work.ts'
import type { ProjectionState } from './projection-status.ts'

/** What a runner's `onStateChange` is told. */
export interface RunnerStateChange {
  /** Name, version and, if any, partition: the id of the runner. */
  readonly projection: string
  readonly state: ProjectionState
  readonly previous: ProjectionState
  /** Why, where something went wrong. */
  readonly error: unknown
}

/** How a projection is run. */
export interface RunnerOptions {
  /** How many events are taken at once at most. Default 1,000. On a store that blocks the event loop fewer: about 10 ms worth. */
  readonly batchSize?: number
  /**
   * For how long this runner is the only owner unless it prolongs it, in milliseconds. A dead owner is replaced after this
   * time at the latest. Default 10,000.
   */
  readonly leaseMs?: number
  /** Who owns the lease: unique per runner. Default: a new UUIDv7. */
  readonly owner?: string
  /** Handle only a share of the streams. Default: all of them. */
  readonly partition?: Partition
  /**
   * Called when the state has become another one. For logs and alarms: what it throws becomes a process warning. Under a steady load
   * `live` and `catching-up` take turns.
   */
  readonly onStateChange?: (change: RunnerStateChange) => void
  /**
   * Called when an event that failed is parked or skipped, and that is written; not for those that are parked behind it. What it
   * throws becomes a process warning. A process that ends in between does not call it: the dead letters are the truth.
   */
  readonly onDeadLetter?: (letter: NewDeadLetter) => void
  /** Milliseconds since the epoch: the time of dead letters and of the lag. Default `Date.now`. */
  readonly now?: () => number
  /** From 0 to below 1: the jitter of retries. Default `Math.random`. */
  readonly random?: () => number
}

/**
 * @param whose what has the options, as the message calls it
 * @throws InvalidOptions (`INVALID_OPTIONS`)
 */
export function assertRunnerOptions(whose: string, options: RunnerOptions): void {
  assertOptions<RunnerOptions>(whose, options, {
    batchSize: optionCheck.wholeNumber(1),
    leaseMs: optionCheck.number(100),
    owner: optionCheck.text,
    partition: optionCheck.object,
    onStateChange: optionCheck.callable,
    onDeadLetter: optionCheck.callable,
    now: optionCheck.callable,
    random: optionCheck.callable,
  })
  const { partition } = options
  if (partition === undefined) return
  const index = optionCheck.wholeNumber(0, Number.isSafeInteger(partition.count) ? partition.count - 1 : undefined)
  assertOptions<Partition>(whose, partition, { count: optionCheck.wholeNumber(1), index }, 'partition')
}
