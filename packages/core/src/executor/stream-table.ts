import type { StreamEntry } from './stream-entry.ts'

/** Slots of an empty table. A power of two. */
const FIRST_SLOTS = 256

/** Another one in each process, so that nobody can make up names that all belong into one slot. */
const SEED = Math.trunc(Math.random() * 2 ** 32)

/**
 * Entries by the names of their streams. Not a `Map`: that follows a chain of keys, each a text somewhere else in memory, and asks V8
 * for a hash, which it works out anew for every name that is put together. On 10,000 streams that took 1.4 of the 11.4 µs of a command (a profile by
 * samples; two such maps, this and the memory store's). Here a slot says by the whole hash whether it is worth to look at the name.
 *
 * Open addressing with linear probing, at most half full, and no marks where an entry has left (Knuth, The Art of Computer Programming,
 * volume 3, section 6.4, algorithms L and R).
 */
export class StreamTable {
  /** In no order: the last one takes the place of one that leaves. */
  readonly #entries: StreamEntry[] = []
  /** Pairs: the hash of a name, and the place of its entry, counted from 1. A 0 there: nobody. */
  #slots = new Int32Array(FIRST_SLOTS * 2)
  /** Of use to nobody. It keeps the compiler from leaving out of {@link bringNear} what seems to have no effect. */
  protected seen = 0

  get size(): number {
    return this.#entries.length
  }

  /** The entry at a place, which is below {@link size}. */
  at(place: number): StreamEntry {
    return this.#entries[place] as StreamEntry
  }

  /** Where the entry of the stream stands; -1 when it has none. */
  placeOf(stream: string): number {
    const slots = this.#slots
    const mask = slots.length - 2
    const hash = hashOf(stream)
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const place = slots[slot + 1] as number
      if (place === 0) return -1
      if (slots[slot] === hash && this.at(place - 1).stream === stream) return place - 1
    }
  }

  /**
   * Looks at what is known of these streams, and changes nothing. Of a stream that was not used lately, nothing is in a cache of the
   * processor: each of the half dozen places where something of it stands is waited for, some 0.1 µs, while a command is decided. Here those of all
   * streams are asked for place by place, and the processor waits for many of them at once (group prefetching: S. Chen, A. Ailamaki,
   * P. B. Gibbons, T. C. Mowry, Improving Hash Join Performance through Prefetching, ICDE 2004). On 10,000 streams a command took
   * 6.9 µs without, and 6.2 with it.
   */
  bringNear(streams: readonly string[]): void {
    const slots = this.#slots
    const mask = slots.length - 2
    const homes = streams.map((stream) => (hashOf(stream) << 1) & mask)
    const places = homes.map((home) => slots[home + 1] as number)
    const entries: StreamEntry[] = []
    for (const place of places) if (place > 0) entries.push(this.at(place - 1))
    let seen = 0
    for (const { version, stream, commitsInARow } of entries) seen += version + stream.length + commitsInARow
    for (const { firstFold } of entries) if (firstFold !== undefined) seen += firstFold.version
    for (const { firstFold } of entries) if (typeof firstFold?.state === 'object') seen++
    this.seen = seen
  }

  /** Of a stream that has none yet. */
  add(entry: StreamEntry): void {
    const place = this.#entries.push(entry)
    if (place * 4 > this.#slots.length) this.#grow()
    else this.#put(hashOf(entry.stream), place)
  }

  /** The last entry has this place then. */
  removeAt(place: number): void {
    const entries = this.#entries
    const last = entries.length - 1
    this.#clear(this.#slotOf(place))
    if (place < last) {
      this.#slots[this.#slotOf(last) + 1] = place + 1
      entries[place] = entries[last] as StreamEntry
    }
    entries.pop()
  }

  /** Where the entry at this place is found. */
  #slotOf(place: number): number {
    const mask = this.#slots.length - 2
    let slot = (hashOf(this.at(place).stream) << 1) & mask
    while (this.#slots[slot + 1] !== place + 1) slot = (slot + 2) & mask
    return slot
  }

  #put(hash: number, place: number): void {
    const slots = this.#slots
    const mask = slots.length - 2
    let slot = (hash << 1) & mask
    while (slots[slot + 1] !== 0) slot = (slot + 2) & mask
    slots[slot] = hash
    slots[slot + 1] = place
  }

  /** Empties a slot, and moves up what would not be found behind an empty one. */
  #clear(slot: number): void {
    const slots = this.#slots
    const mask = slots.length - 2
    let empty = slot
    for (let next = (slot + 2) & mask; slots[next + 1] !== 0; next = (next + 2) & mask) {
      const home = ((slots[next] as number) << 1) & mask
      // It is on its way from its home to here, and passes the empty slot.
      if (((next - home) & mask) < ((next - empty) & mask)) continue
      slots[empty] = slots[next] as number
      slots[empty + 1] = slots[next + 1] as number
      empty = next
    }
    slots[empty + 1] = 0
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2)
    for (let place = 0; place < this.#entries.length; place++) this.#put(hashOf(this.at(place).stream), place + 1)
  }
}

/** A multiplication and a shift for each UTF-16 unit, as in MurmurHash2. */
function hashOf(text: string): number {
  let hash = SEED
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995)
    hash ^= hash >>> 15
  }
  return hash | 0
}
