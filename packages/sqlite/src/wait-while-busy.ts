import { setTimeout as sleep } from 'node:timers/promises'
import { StoreUnavailable } from 'eventcore'
import { isBusy } from './classify-error.ts'

const FIRST_PAUSE_MS = 1
/**
 * Nobody is told when the lock is free, so whoever asks seldom is passed by those who hold it again and again. Measured with
 * three processes that write all the time: 0.1 % of the appends waited for more than 70 to 100 ms with 4 ms, for more than
 * 160 to 370 ms with 16 ms. An attempt costs 5 µs.
 */
const LONGEST_PAUSE_MS = 4

/** How long to pause before the next attempt: doubled each time, and random, so that two processes do not go in step. */
export function busyPause(attempt: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt)
  return longest * (0.5 + Math.random() / 2)
}

export function stillBusy(operation: string, path: string, waitedMs: number, cause: unknown): StoreUnavailable {
  return new StoreUnavailable(
    `"${operation}" waited ${Math.round(waitedMs)} ms for ${path}, which another process kept locked. Nothing was written. ` +
      'Try again later, find the process that holds a long write transaction or an exclusive lock, or raise busyTimeoutMs.',
    operation,
    { cause },
  )
}

/**
 * Runs a synchronous body until SQLite is not busy. SQLite's own `busy_timeout` sleeps inside the call and stops the event
 * loop for all that time, so it is 0 everywhere, and the waiting is done here by timer.
 * @throws StoreUnavailable (`STORE_UNAVAILABLE`) when the time is up
 */
export async function waitWhileBusy<T>(
  body: () => T,
  { operation, path, timeoutMs }: { readonly operation: string; readonly path: string; readonly timeoutMs: number },
): Promise<T> {
  const start = performance.now()
  for (let attempt = 0; ; attempt++) {
    try {
      return body()
    } catch (error) {
      if (!isBusy(error)) throw error
      const waited = performance.now() - start
      if (waited >= timeoutMs) throw stillBusy(operation, path, waited, error)
    }
    await sleep(busyPause(attempt))
  }
}
