import type { Head } from './stream-reads.ts'

/**
 * Remembers where streams stand, so that a check costs no query. Two generations instead of a list of uses: when the
 * young one is full it becomes the old one, and what is used again moves back. Bounded by twice the half of `capacity`.
 */
export class HeadCache {
  readonly #half: number
  #young = new Map<string, Head>()
  #old = new Map<string, Head>()

  constructor(capacity: number) {
    this.#half = Math.max(1, Math.ceil(capacity / 2))
  }

  get(stream: string): Head | undefined {
    const head = this.#young.get(stream)
    if (head !== undefined) return head
    const aged = this.#old.get(stream)
    if (aged !== undefined) this.set(stream, aged)
    return aged
  }

  set(stream: string, head: Head): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(stream, head)
  }

  clear(): void {
    this.#young = new Map()
    this.#old = new Map()
  }
}
