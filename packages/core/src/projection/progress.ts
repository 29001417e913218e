import type { Cursor } from '../store/position.ts'

const WINDOW_MS = 5_000

/** How far a runner has come, how fast it is, and who waits for it. */
export class Progress {
  cursor: Cursor | undefined
  /** Whether {@link cursor} is how far the projection is: this runner holds the lease, and has read the checkpoint. */
  active = false
  #events = 0
  #steps = 0
  readonly #waiting = new Set<() => void>()
  readonly #samples: { readonly at: number; readonly events: number }[] = []

  begin(cursor: Cursor | undefined): void {
    this.cursor = cursor
    this.active = true
    this.#samples.splice(0)
    this.#sample()
  }

  advance(cursor: Cursor | undefined, events: number): void {
    this.cursor = cursor
    this.#events += events
    this.#sample()
    this.wake()
  }

  wake(): void {
    this.#steps++
    for (const resolve of [...this.#waiting]) resolve()
  }

  /** Give it to {@link next}, so that a step between looking and waiting is not missed. */
  get step(): number {
    return this.#steps
  }

  /** Resolves at the next step after `seen`, or when the time is up. */
  next(timeoutMs: number, seen: number = this.#steps): Promise<void> {
    if (seen !== this.#steps) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(done, timeoutMs)
      this.#waiting.add(done)
    })
  }

  /** Events since it was made. */
  get events(): number {
    return this.#events
  }

  /** Events per second over the last five seconds. */
  get rate(): number {
    const now = performance.now()
    this.#forget(now)
    const [first] = this.#samples
    if (first === undefined) return 0
    return ((this.#events - first.events) * 1_000) / Math.max(1, now - first.at)
  }

  #sample(): void {
    const now = performance.now()
    const last = this.#samples.at(-1)
    if (last !== undefined && now - last.at < WINDOW_MS / 20) return
    this.#samples.push({ at: now, events: this.#events })
    this.#forget(now)
  }

  /** Keeps the newest of those that are older than the window: the rate is counted from there. */
  #forget(now: number): void {
    while (this.#samples.length > 1 && (this.#samples[1]?.at ?? now) < now - WINDOW_MS) this.#samples.shift()
  }
}
