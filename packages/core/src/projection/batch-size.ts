/** For how long handlers may hold a transaction on a store that blocks meanwhile. */
const SYNCHRONOUS_MS = 10
const FIRST = 64

/**
 * How many events are taken at once: what waits, up to a limit, and where the transaction blocks the event loop, what fits
 * into {@link SYNCHRONOUS_MS}. After a failure fewer, until the event stands alone that causes it.
 */
export class BatchSize {
  readonly #most: number
  readonly #adaptive: boolean
  #usual: number
  /** A failure lies among so many of the next events. */
  #suspects = 0
  #next: number

  constructor(most: number, adaptive: boolean) {
    this.#most = most
    this.#adaptive = adaptive
    this.#usual = adaptive ? Math.min(FIRST, most) : most
    this.#next = this.#usual
  }

  get next(): number {
    return this.#next
  }

  succeeded(events: number, elapsedMs: number): void {
    if (this.#adaptive && events === this.#usual)
      this.#usual = Math.max(1, Math.min(this.#most, this.#usual * 2, Math.ceil((events * SYNCHRONOUS_MS) / elapsedMs)))
    this.#suspects = Math.max(0, this.#suspects - events)
    this.#next = this.#suspects === 0 ? this.#usual : Math.min(this.#next, Math.max(1, Math.ceil(this.#suspects / 2)))
  }

  /** @param before how many events of the batch are known to be good; `undefined`: not known */
  failed(events: number, before: number | undefined): void {
    if (before === undefined) {
      this.#suspects = events
      this.#next = Math.max(1, Math.floor(events / 2))
    } else {
      this.#suspects = before + 1
      this.#next = Math.max(1, before)
    }
  }
}
