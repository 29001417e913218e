/** After so long without an event a reader has come as far as it comes: none of the libraries waits longer between two looks. */
const SILENCE_MS = 4_000

/** Events that arrive at a reader. */
export class Arrivals {
  #seen = 0
  #lastAt = performance.now()

  readonly add = (events = 1): void => {
    this.#seen += events
    this.#lastAt = performance.now()
  }

  get seen(): number {
    return this.#seen
  }

  /** When the last one came: what came after it was silence. */
  get lastAt(): number {
    return this.#lastAt
  }

  /** Resolves when so many have come, or when no more come. */
  async settled(expected: number): Promise<void> {
    while (this.#seen < expected && performance.now() - this.#lastAt < SILENCE_MS)
      await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
