/** Adds up the seconds in which it runs. */
export class Stopwatch {
  #seconds = 0
  #since: number | undefined

  start(): void {
    this.#since ??= performance.now()
  }

  stop(): void {
    this.#seconds = this.seconds
    this.#since = undefined
  }

  get seconds(): number {
    return this.#since === undefined ? this.#seconds : this.#seconds + (performance.now() - this.#since) / 1_000
  }
}
