import { RenewedMap } from './renewed-map.ts'
import { StreamEntry } from './stream-entry.ts'

/**
 * Folded states of the streams that were used lately, at most so many beside those in use. Second chance: a stream that
 * was used since the last look is passed over once, which costs a flag per use where a least-recently-used list costs two
 * map operations.
 */
export class StateCache {
  readonly #entries = new RenewedMap<string, StreamEntry>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#entries.size
  }

  /** The entry of the stream, pinned: call {@link unpin} when done with it. */
  pin(stream: string): StreamEntry {
    let entry = this.#entries.get(stream)
    if (entry === undefined) {
      entry = new StreamEntry(stream)
      this.#entries.set(stream, entry)
    }
    entry.pins++
    entry.used = true
    return entry
  }

  unpin(entry: StreamEntry): void {
    entry.pins--
    if (entry.failed && entry.pins === 0) entry.dropFailed()
    if (this.#entries.size > this.#limit) this.#evict(entry)
  }

  /** What is known of the stream, for those who can do without. */
  peek(stream: string): StreamEntry | undefined {
    return this.#entries.get(stream)
  }

  #evict(released: StreamEntry): void {
    if (this.#limit === 0) {
      if (isIdle(released)) this.#entries.delete(released.stream)
      return
    }
    // Bounded work per release: entries in use stay above the limit until they are released themselves.
    let looks = 8
    for (const [stream, entry] of this.#entries) {
      if (this.#entries.size <= this.#limit || looks-- === 0) return
      this.#entries.delete(stream)
      if (isIdle(entry) && !entry.used) continue
      if (isIdle(entry)) entry.used = false
      this.#entries.set(stream, entry)
    }
  }
}

function isIdle(entry: StreamEntry): boolean {
  return entry.pins === 0 && !entry.isBeingWritten && entry.readers === 0
}
