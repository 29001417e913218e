import { InvalidOptions } from '../errors/invalid-options.ts'
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

/** @throws InvalidOptions (`INVALID_OPTIONS`) */
export function assertRunnerOptions({ batchSize, leaseMs, partition }: RunnerOptions): void {
  if (batchSize !== undefined && (!Number.isSafeInteger(batchSize) || batchSize < 1))
    throw new InvalidOptions('batchSize', batchSize, 'a whole number of at least 1')
  if (leaseMs !== undefined && !(leaseMs >= 100)) throw new InvalidOptions('leaseMs', leaseMs, 'at least 100')
  if (partition === undefined) return
  const { index, count } = partition
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InvalidOptions('partition.count', count, 'a whole number of at least 1')
  if (!Number.isSafeInteger(index) || index < 0 || index >= count)
    throw new InvalidOptions('partition.index', index, `a whole number from 0 to ${count - 1}`)
}
