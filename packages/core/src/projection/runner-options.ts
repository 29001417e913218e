import { assertOptions, optionCheck } from '../option-checks.ts'
import type { Partition } from './event-work.ts'

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
    now: optionCheck.callable,
    random: optionCheck.callable,
  })
  const { partition } = options
  if (partition === undefined) return
  const index = optionCheck.wholeNumber(0, Number.isSafeInteger(partition.count) ? partition.count - 1 : undefined)
  assertOptions<Partition>(whose, partition, { count: optionCheck.wholeNumber(1), index }, 'partition')
}
