/** A segment that holds so many UTF-16 units is sealed before the next commit: one string is to stay a small part of the heap. */
const FULL = 1_048_576

/** V8's longest string (2^29 - 24) less a segment that is not full yet: what may come into it, whatever stands there. */
export const LONGEST_ADDITION = 2 ** 29 - 24 - FULL

/**
 * Texts, one after the other in long strings, as a rule one string for each call of `append`. For the garbage collector that is one object
 * that survives, where the texts and objects of a batch of 64 were some 800. Copying those while they were young was a quarter to a third of
 * the time of a saturated process (docs/adr/0011-memory-log.md).
 *
 * A text outside of Latin-1 makes its segment one of two bytes per character, as V8 does with any string.
 */
export class TextSegments {
  readonly #sealed: string[] = []
  /** What comes into the next segment. */
  #open: string[] = []
  /** Length of what is open, in UTF-16 units. */
  #length = 0

  /**
   * Makes room for texts that are to stand in one segment, {@link LONGEST_ADDITION} at most. Answers its number; {@link at} is where they
   * begin. Nothing may be read between this and the last `add`, since reading may seal.
   */
  begin(): number {
    if (this.#length >= FULL) this.seal()
    return this.#sealed.length
  }

  /** Where in the open segment the next text will stand. */
  get at(): number {
    return this.#length
  }

  add(text: string): void {
    this.#open.push(text)
    this.#length += text.length
  }

  /** Makes one string of what is open. */
  seal(): void {
    if (this.#open.length === 0) return
    this.#sealed.push(this.#open.join(''))
    this.#open = []
    this.#length = 0
  }

  read(segment: number, at: number, length: number): string {
    // Its segment may be cut away before it: an empty text takes no place.
    if (length === 0) return ''
    if (segment === this.#sealed.length) this.seal()
    // V8 makes a slice that points into the segment, no copy. The log keeps the segment anyway.
    return (this.#sealed[segment] as string).substring(at, at + length)
  }

  /** Forgets the texts from this place on. What stands before it in its segment is open again, and written anew with what comes next. */
  truncate(segment: number, at: number): void {
    if (segment === this.#sealed.length) this.seal()
    this.#open = at === 0 ? [] : [(this.#sealed[segment] as string).substring(0, at)]
    this.#length = at
    this.#sealed.length = segment
  }
}
