import { createHash } from 'node:crypto'

/** Numbers that look drawn by chance and are the same for the same seed: eight of them from each hash. */
export class Draws {
  readonly #seed: string
  #block = Buffer.alloc(0)
  #count = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  /** From 0 to below 1. */
  next(): number {
    const at = this.#count % 8
    if (at === 0) this.#block = createHash('sha256').update(`${this.#seed}/${this.#count}`).digest()
    this.#count++
    return this.#block.readUInt32LE(at * 4) / 2 ** 32
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** An index below `count`: the lower, the more often, as products are bought. */
  popular(count: number): number {
    return Math.floor(count * this.next() ** 3)
  }
}
