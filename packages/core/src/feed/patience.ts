import { setTimeout as sleep } from 'node:timers/promises'
import { EventCoreError } from '../errors/event-core-error.ts'
import { backoffDelay } from '../executor/backoff.ts'

/** After so many failures of the store in a row a reader gives up, visibly. */
export const STORE_FAILURES_LIMIT = 10
const BASE_MS = 100
const CAP_MS = 30_000

/** Waits, unless the signal is aborted, which ends the wait without an error. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

/** How long to wait after so many failures of the store in a row: exponential, with full jitter, at most 30 s. */
export const storeBackoff = (failures: number, random: () => number): number =>
  backoffDelay(failures, BASE_MS, CAP_MS, random)

/** Whether doing the same again may succeed without anything else having changed. */
export const isPassing = (error: unknown): boolean => error instanceof EventCoreError && error.retryable

/** Does it again while the store is unavailable, at most {@link STORE_FAILURES_LIMIT} times in a row. */
export async function whileUnavailable<T>(
  work: () => Promise<T>,
  signal: AbortSignal | undefined,
  random: () => number,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || failures >= STORE_FAILURES_LIMIT || signal?.aborted === true) throw error
    }
    await pause(storeBackoff(failures, random), signal)
  }
}
