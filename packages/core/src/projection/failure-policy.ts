import { assertOptions, optionCheck } from '../option-checks.ts'

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
export function resolveFailurePolicy(policy: FailurePolicy = {}): ResolvedFailurePolicy {
  assertOptions<FailurePolicy>(
    'a failure policy',
    policy,
    {
      action: optionCheck.oneOf('stop', 'skip', 'dead-letter'),
      maxAttempts: optionCheck.wholeNumber(1),
      baseDelayMs: optionCheck.number(0),
      maxDelayMs: optionCheck.number(0),
      timeoutMs: optionCheck.number(1, LONGEST_TIMER_MS),
    },
    'onFailure',
  )
  const { action = 'stop', maxAttempts = 3, baseDelayMs = 100, maxDelayMs = 5_000, timeoutMs = 60_000 } = policy
  return { action, maxAttempts, baseDelayMs, maxDelayMs, timeoutMs }
}
