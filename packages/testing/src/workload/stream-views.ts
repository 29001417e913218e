import type { EventStore, StreamCheck, StreamRead, StreamSlice } from 'eventcore'
import type { ReadObservation } from '../checker/history.ts'
import { foldWorked, unseen } from './worked-event.ts'
import type { StreamView } from './workload.ts'

/**
 * What one client has folded of each stream, kept from command to command, as an engine with a state cache does: each read
 * asks only for what is new.
 */
export class StreamViews {
  readonly #store: EventStore
  readonly #folded = new Map<string, StreamView>()

  constructor(store: EventStore) {
    this.#store = store
  }

  /** The reads of one attempt. */
  boundary(): Boundary {
    return new Boundary(this)
  }

  /** One snapshot of these streams; the pages of a long one stop where the first fixed the end. */
  async load(streams: readonly string[]): Promise<readonly LoadedStream[]> {
    const reads = streams.map((stream): StreamRead => ({ stream, after: this.#view(stream).version }))
    const slices = await this.#store.read(reads)
    const loaded: LoadedStream[] = []
    for (const slice of slices) loaded.push({ view: await this.#fold(slice), slice })
    return loaded
  }

  #view(stream: string): StreamView {
    return this.#folded.get(stream) ?? unseen(stream)
  }

  async #fold(slice: StreamSlice): Promise<StreamView> {
    const { stream, version: upTo } = slice
    let view = slice.events.reduce(foldWorked, this.#view(stream))
    for (let complete = slice.complete; !complete; ) {
      const [page] = await this.#store.read([{ stream, after: view.version, upTo }])
      if (page === undefined || page.events.length === 0) {
        throw new Error(
          `The read of "${stream}" after version ${view.version} up to ${upTo} is not complete, and gives no more.`,
        )
      }
      view = page.events.reduce(foldWorked, view)
      complete = page.complete
    }
    this.#folded.set(stream, view)
    return view
  }
}

interface LoadedStream {
  /** What was seen. */
  readonly view: StreamView
  /** What the store says stands there: in a right store the same. */
  readonly slice: StreamSlice
}

/** Everything that one attempt has read, each stream once. */
class Boundary {
  readonly #source: StreamViews
  readonly #loaded = new Map<string, LoadedStream>()
  readonly views = new Map<string, StreamView>()

  constructor(source: StreamViews) {
    this.#source = source
  }

  /** Answers whether the store had to be asked. */
  async read(streams: readonly string[]): Promise<boolean> {
    const wanted = [...new Set(streams)].filter((stream) => !this.#loaded.has(stream))
    if (wanted.length === 0) return false
    for (const loaded of await this.#source.load(wanted)) {
      this.#loaded.set(loaded.view.stream, loaded)
      this.views.set(loaded.view.stream, loaded.view)
    }
    return true
  }

  /** What was decided on: the events that were folded, not the version that came with them. */
  observations(): ReadObservation[] {
    return Array.from(this.views.values(), ({ stream, version, headId }) => ({ stream, version, headId }))
  }

  /** What the store is asked to verify: the token that it gave out itself. */
  checks(): StreamCheck[] {
    return Array.from(this.#loaded.values(), ({ slice: { stream, version, headId } }) => {
      return { stream, version, headId, base: version }
    })
  }
}
