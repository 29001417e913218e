import { setTimeout as sleep } from 'node:timers/promises'
import { backoffDelay } from '../executor/backoff.ts'
import { isOutage, isPassing } from './outage.ts'

/** After so many failures in a row that pass, but are not the store's absence, one gives up, visibly. */
const FAILURES_LIMIT = 10
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

/**
 * Says when to try again after each failure. While the store is away that is for ever, since a fail-over takes as long as it
 * takes: exponential, with full jitter, at most 30 s apart. Other failures that pass are counted.
 */
export class Patience {
  readonly #random: () => number
  #failures = 0
  #counted = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /**
   * What was tried has worked, or has lasted for longer than the longest pause: whatever comes next is another failure. One
   * that comes at once after each success would be tried again at once otherwise.
   */
  succeeded(lastedMs: number = Number.POSITIVE_INFINITY): void {
    if (lastedMs < CAP_MS) return
    this.#failures = 0
    this.#counted = 0
  }

  /** How many milliseconds to wait before the next attempt; `undefined` where trying again is no use. */
  pauseAfter(error: unknown): number | undefined {
    if (!isOutage(error) && (!isPassing(error) || ++this.#counted >= FAILURES_LIMIT)) return undefined
    return backoffDelay(++this.#failures, BASE_MS, CAP_MS, this.#random)
  }
}

/** For how long, and what to do meanwhile. */
interface Waiting {
  readonly signal: AbortSignal | undefined
  readonly random: () => number
  /** An outage that lasts for longer is thrown. */
  readonly limitMs: number
  /** Told of each failure that is waited out, and with `undefined` of the end. */
  readonly report: (error: unknown) => void
}

/** Does it again while the store is away. `undefined` when the signal was aborted meanwhile. */
export async function whileUnavailable<T>(work: () => Promise<T>, waiting: Waiting): Promise<T | undefined> {
  const { signal, random, limitMs, report } = waiting
  const patience = new Patience(random)
  let since: number | undefined
  while (true) {
    try {
      const result = await work()
      report(undefined)
      return result
    } catch (error) {
      const now = performance.now()
      since ??= now
      const delay = patience.pauseAfter(error)
      if (delay === undefined || (signal?.aborted !== true && now + delay - since > limitMs)) throw error
      report(error)
      await pause(delay, signal)
      if (signal?.aborted === true) return undefined
    }
  }
}
