import { TextTable } from './text-table.ts'

/** Each so many versions the place of the event is kept, so that a page from the midst of a long stream is found in so many steps. */
const MARK_EVERY = 64

/** Where there is no event. */
export const NO_EVENT = -1

/** Where a stream stands. */
export class StreamHead {
  readonly stream: string
  readonly number: number
  /** 0 for a stream that was read as absent, and to which nothing was written since: for readers it does not exist. */
  version = 0
  /**
   * Of the event at {@link version}: the string that the caller gave, and not one read out of the log, since two names of one object are
   * compared by pointer.
   */
  id: string | null = null
  /** Index in the log of that event. */
  last = NO_EVENT
  /** Index in the log of the events at versions 64, 128, 192 … Most streams are shorter, and have none. */
  #marks: number[] | undefined

  constructor(stream: string, number: number) {
    this.stream = stream
    this.number = number
  }

  moveOn(index: number, id: string): void {
    this.version++
    this.id = id
    this.last = index
    if (this.version % MARK_EVERY === 0) {
      this.#marks ??= []
      this.#marks.push(index)
    }
  }

  /** To the event before, which is the one at this index: the reverse of {@link moveOn}. */
  moveBack(index: number, id: string | null): void {
    if (this.version % MARK_EVERY === 0) this.#marks?.pop()
    this.version--
    this.id = id
    this.last = index
  }

  /**
   * Index of the event at this version, which exists.
   * @param previousOf the event before one in this stream, by index; it is asked fewer than 64 times
   */
  indexOf(version: number, previousOf: (index: number) => number): number {
    const mark = Math.ceil(version / MARK_EVERY)
    const marked = this.#marks?.[mark - 1]
    let index = marked ?? this.last
    for (let at = marked === undefined ? this.version : mark * MARK_EVERY; at > version; at--) index = previousOf(index)
    return index
  }
}

/** The heads of all streams that events were written to, or that a commit has read as absent. */
export class Streams {
  readonly #byNumber: StreamHead[] = []
  readonly #numbers = new TextTable((number) => this.at(number).stream)
  /** A commit names a stream three times, to check, to record and to write it. This finds it at once the second time. */
  #recent: StreamHead | undefined

  /** Of use to nobody. It keeps the compiler from leaving out of {@link bringNear} what seems to have no effect. */
  protected seen = 0
  #changes = 0

  /** How many there are, absent ones too. */
  get count(): number {
    return this.#byNumber.length
  }

  /** Grows whenever a stream comes into being, or is taken back. */
  get changes(): number {
    return this.#changes
  }

  get(stream: string): StreamHead | undefined {
    if (this.#recent?.stream === stream) return this.#recent
    const number = this.#numbers.get(stream)
    if (number === undefined) return undefined
    this.#recent = this.at(number)
    return this.#recent
  }

  /**
   * Looks at where these streams stand, and changes nothing. Of a stream that was not used lately, nothing is in a cache of the processor. If each
   * is looked at when its commit is checked, the processor waits for each in turn; here it waits for many of them at once. The engine
   * does the same with what it knows of the streams (`StreamTable.bringNear`), and says more.
   */
  bringNear(streams: readonly string[]): void {
    const heads = this.#numbers.likelyNumbersOf(streams).map((number) => this.at(number))
    let seen = 0
    for (const { version, last } of heads) seen += version + last
    this.seen = seen
  }

  /** The head of this stream, made when there is none. */
  named(stream: string): StreamHead {
    const known = this.get(stream)
    if (known !== undefined) return known
    const head = new StreamHead(stream, this.#byNumber.length)
    this.#byNumber.push(head)
    this.#numbers.add(stream, head.number)
    this.#recent = head
    return head
  }

  at(number: number): StreamHead {
    return this.#byNumber[number] as StreamHead
  }

  /** An event at this index is the new head of the stream. */
  moveOn(head: StreamHead, index: number, id: string): void {
    if (head.version === 0) this.#changes++
    head.moveOn(index, id)
  }

  /** The event before the head, which is the one at this index, is the head again. */
  moveBack(head: StreamHead, index: number, id: string | null): void {
    head.moveBack(index, id)
    if (head.version === 0) this.#changes++
  }

  /** Forgets the heads from this number on. */
  truncate(count: number): void {
    for (let number = this.count - 1; number >= count; number--) this.#numbers.remove(this.at(number).stream)
    this.#byNumber.length = count
    this.#recent = undefined
  }

  /** Streams with events, in the order in which they were first named. */
  existing(): string[] {
    return this.#byNumber.flatMap(({ stream, version }) => (version === 0 ? [] : stream))
  }
}
