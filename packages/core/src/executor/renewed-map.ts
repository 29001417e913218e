/** Removals that a small map puts up with. */
const FEW = 64

/**
 * A map whose entries come and go. A plain one is given a new table again and again then, and in V8 each table points to the
 * next: once one of them has grown old, whatever stood in a later one survives every scavenge until the heap is marked. Uncached
 * streams were held so, with their states and events, and the collector took 40 % of the process. A map that is begun anew
 * leaves that chain behind.
 */
export class RenewedMap<Key, Value> {
  #map = new Map<Key, Value>()
  #removed = 0

  get size(): number {
    return this.#map.size
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key)
  }

  has(key: Key): boolean {
    return this.#map.has(key)
  }

  set(key: Key, value: Value): void {
    if (this.#removed > this.#map.size + FEW) {
      this.#map = new Map(this.#map)
      this.#removed = 0
    }
    this.#map.set(key, value)
  }

  delete(key: Key): void {
    if (this.#map.delete(key)) this.#removed++
  }

  /** In the order in which they came. What is removed and added while one looks may be missed. */
  [Symbol.iterator](): IterableIterator<[Key, Value]> {
    return this.#map.entries()
  }
}
