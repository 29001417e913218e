const CHUNK_BITS = 10
/** Rows of a chunk that is full. */
const CHUNK_ROWS = 1 << CHUNK_BITS
/** Rows of the first chunk to begin with: tests make thousands of stores, each for a few commits. */
const FIRST_ROWS = 16

/**
 * Rows of whole numbers (32 bits, signed) that are added at the end. They lie outside of the heap that the garbage collector looks through,
 * in chunks, so that a table that grows copies nothing.
 */
export class NumberTable {
  readonly #width: number
  readonly #chunks: Int32Array[] = []
  #capacity = 0
  #length = 0

  /** @param width numbers in a row */
  constructor(width: number) {
    this.#width = width
  }

  get length(): number {
    return this.#length
  }

  /** Adds a row and answers which it is. What stands in it means nothing until it is set. */
  add(): number {
    if (this.#length === this.#capacity) this.#grow()
    return this.#length++
  }

  get(row: number, column: number): number {
    const chunk = this.#chunks[row >>> CHUNK_BITS] as Int32Array
    return chunk[(row & (CHUNK_ROWS - 1)) * this.#width + column] as number
  }

  set(row: number, column: number, value: number): void {
    const chunk = this.#chunks[row >>> CHUNK_BITS] as Int32Array
    chunk[(row & (CHUNK_ROWS - 1)) * this.#width + column] = value
  }

  /** Forgets the rows from this one on. Their room is kept for those to come. */
  truncate(length: number): void {
    this.#length = length
  }

  #grow(): void {
    const [first] = this.#chunks
    if (first === undefined || this.#capacity < CHUNK_ROWS) {
      // The only one that is made anew, until it is as large as all others.
      this.#capacity = first === undefined ? FIRST_ROWS : 2 * this.#capacity
      const chunk = new Int32Array(this.#capacity * this.#width)
      if (first !== undefined) chunk.set(first)
      this.#chunks[0] = chunk
    } else {
      this.#chunks.push(new Int32Array(CHUNK_ROWS * this.#width))
      this.#capacity += CHUNK_ROWS
    }
  }
}
