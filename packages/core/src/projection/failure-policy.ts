import { InvalidOptions } from '../errors/invalid-options.ts'

/** What a projection does about an event that its handler cannot take, or that cannot be decoded. */
export interface FailurePolicy {
  /**
   * After the retries:
   * - `stop` (default): the projection stops before the event, and says so.
   * - `skip`: it goes on without the event, and keeps a record.
   * - `dead-letter`: the event is parked, and the following events of the same stream behind it; others flow.
   */
  readonly action?: 'stop' | 'skip' | 'dead-letter'
  /** How often the handler runs, in all. Default 3. An event that cannot be decoded is not tried again. */
  readonly maxAttempts?: number
  /** The bound of the delay before the second attempt, in milliseconds; doubled for each further one. Default 100. */
  readonly baseDelayMs?: number
  /** The cap of that bound. Default 5,000. The delay itself is random between 0 and the bound. */
  readonly maxDelayMs?: number
  /**
   * How many milliseconds a handler that returns a promise may take over an event, a `batch` handler over its batch: later it
   * counts as failed. Default 60,000: longer than any statement of a store waits for a lock or an answer, which is no fault of the
   * handler. One that returns no promise is not interrupted.
   */
  readonly timeoutMs?: number
}

export type ResolvedFailurePolicy = Required<FailurePolicy>

/** Node's timers hold no more: a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** @throws InvalidOptions (`INVALID_OPTIONS`) */
export function resolveFailurePolicy({
  action = 'stop',
  maxAttempts = 3,
  baseDelayMs = 100,
  maxDelayMs = 5_000,
  timeoutMs = 60_000,
}: FailurePolicy = {}): ResolvedFailurePolicy {
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1)
    throw new InvalidOptions('onFailure.maxAttempts', maxAttempts, 'a whole number of at least 1')
  if (!(baseDelayMs >= 0)) throw new InvalidOptions('onFailure.baseDelayMs', baseDelayMs, 'a number of at least 0')
  if (!(maxDelayMs >= 0)) throw new InvalidOptions('onFailure.maxDelayMs', maxDelayMs, 'a number of at least 0')
  if (!(timeoutMs >= 1 && timeoutMs <= LONGEST_TIMER_MS))
    throw new InvalidOptions('onFailure.timeoutMs', timeoutMs, `a number from 1 to ${LONGEST_TIMER_MS}`)
  if (action !== 'stop' && action !== 'skip' && action !== 'dead-letter')
    throw new InvalidOptions('onFailure.action', action, '"stop", "skip" or "dead-letter"')
  return { action, maxAttempts, baseDelayMs, maxDelayMs, timeoutMs }
}
