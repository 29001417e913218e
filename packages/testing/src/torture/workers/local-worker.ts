import type { EventStore } from 'eventcore'
import { noFigures, type WorkFigures, type WorkOrder, work } from './work.ts'
import type { Worker } from './worker.ts'

/** Works within this process, on a store that others in it share: nothing of it can be killed or stopped. */
export class LocalWorker implements Worker {
  readonly slot: number
  readonly pid = 0
  readonly figures: WorkFigures = noFigures()
  readonly #finish = new AbortController()
  readonly #close = new AbortController()
  readonly #idle = Promise.withResolvers<void>()
  readonly #ended: Promise<void>
  #clockOffsetMs = 0
  #failure: unknown
  #running = true

  constructor(order: WorkOrder, store: EventStore) {
    this.slot = order.slot
    const control = {
      finish: this.#finish.signal,
      close: this.#close.signal,
      now: () => Date.now() + this.#clockOffsetMs,
      idle: () => this.#idle.resolve(),
    }
    this.#ended = work(order, { store, ledger: undefined }, control, this.figures).then(
      () => {
        this.#running = false
      },
      (error: unknown) => {
        this.#running = false
        this.#failure = error
      },
    )
  }

  get running(): boolean {
    return this.#running
  }

  get failure(): string | undefined {
    const error = this.#failure
    if (error === undefined) return undefined
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }

  async ready(): Promise<void> {}

  kill(): Promise<void> {
    return this.close()
  }

  signal(): void {}

  moveClock(offsetMs: number): void {
    this.#clockOffsetMs = offsetMs
  }

  async finish(): Promise<void> {
    this.#finish.abort()
    await Promise.race([this.#idle.promise, this.#ended])
  }

  async close(): Promise<void> {
    this.#finish.abort()
    this.#close.abort()
    await this.#ended
  }
}
