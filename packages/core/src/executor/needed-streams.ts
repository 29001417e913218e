import type { AnyReference } from '../stream/stream-reference.ts'
import { appended } from './small-list.ts'
import type { StreamEntry } from './stream-entry.ts'

/** A stream that a command needs, with the fold it wants to see. */
export interface NeededStream {
  readonly entry: StreamEntry
  readonly reference: AnyReference
}

/** Beyond so many streams a search through the list costs more than a map. */
const LIST_LIMIT = 8

/** Streams that a command is known to need: declared, and those that its attempts have found. */
export class NeededStreams implements Iterable<NeededStream> {
  list: NeededStream[] = NONE
  #byStream: Map<string, NeededStream[]> | undefined

  get size(): number {
    return this.list.length
  }

  [Symbol.iterator](): Iterator<NeededStream> {
    return this.list[Symbol.iterator]()
  }

  add(needed: NeededStream): void {
    this.list = appended(this.list, needed)
    if (this.#byStream !== undefined) this.#index(needed)
    else if (this.list.length > LIST_LIMIT) {
      this.#byStream = new Map()
      for (const one of this.list) this.#index(one)
    }
  }

  #index(needed: NeededStream): void {
    const { stream } = needed.entry
    this.#byStream?.set(stream, [...(this.#byStream.get(stream) ?? []), needed])
  }

  /** The entry of the stream, if it is needed with the reference's fold and with no less access. */
  find(stream: string, reference: AnyReference): StreamEntry | undefined {
    const candidates = this.#byStream === undefined ? this.list : this.#byStream.get(stream)
    if (candidates === undefined) return undefined
    for (const { entry, reference: known } of candidates) {
      if (entry.stream !== stream || known.definition !== reference.definition) continue
      // The right to write decides for whom a command has to wait.
      if (known.access === 'read-write' || reference.access === 'read-only') return entry
    }
    return undefined
  }

  clear(): void {
    this.list = NONE
    this.#byStream = undefined
  }
}

/** Shared, and never written to: `appended` copies short lists. */
const NONE: NeededStream[] = []
