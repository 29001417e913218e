import { StreamEntry } from './stream-entry.ts'
import { StreamTable } from './stream-table.ts'

/** How many entries a release looks at in search of one to evict. */
const LOOKS_PER_RELEASE = 8

/**
 * Folded states of the streams that were used lately, at most so many beside those in use. Second chance: a hand goes round, and a
 * stream that was used since the hand last came by is passed over once, which costs a flag per use where a least-recently-used list
 * costs two map operations (the CLOCK algorithm: F. J. Corbató, A Paging Experiment with the Multics System, 1968).
 */
export class StateCache {
  readonly #entries = new StreamTable()
  readonly #limit: number
  #hand = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#entries.size
  }

  /** The entry of the stream, pinned: call {@link unpin} when done with it. */
  pin(stream: string): StreamEntry {
    let entry = this.peek(stream)
    if (entry === undefined) {
      entry = new StreamEntry(stream)
      this.#entries.add(entry)
    }
    entry.pins++
    entry.used = true
    return entry
  }

  bringNear(streams: readonly string[]): void {
    this.#entries.bringNear(streams)
  }

  unpin(entry: StreamEntry): void {
    entry.pins--
    if (entry.failed && entry.pins === 0) entry.dropFailed()
    if (this.#entries.size > this.#limit) this.#evict(entry)
  }

  /** What is known of the stream, for those who can do without. */
  peek(stream: string): StreamEntry | undefined {
    const place = this.#entries.placeOf(stream)
    return place < 0 ? undefined : this.#entries.at(place)
  }

  #evict(released: StreamEntry): void {
    const entries = this.#entries
    if (this.#limit === 0) {
      if (isIdle(released)) entries.removeAt(entries.placeOf(released.stream))
      return
    }
    // Bounded work per release: entries in use stay above the limit until they are released themselves.
    for (let looks = 0; looks < LOOKS_PER_RELEASE && entries.size > this.#limit; looks++) {
      if (this.#hand >= entries.size) this.#hand = 0
      const entry = entries.at(this.#hand)
      if (isIdle(entry) && !entry.used) {
        entries.removeAt(this.#hand)
        continue
      }
      if (isIdle(entry)) entry.used = false
      this.#hand++
    }
  }
}

function isIdle(entry: StreamEntry): boolean {
  return entry.pins === 0 && !entry.isBeingWritten && entry.readers === 0
}
