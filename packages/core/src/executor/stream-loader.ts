import { DEFAULT_READ_LIMIT, type EventStore, type StreamSlice } from '../store/event-store.ts'
import { checkedRead } from './checked-read.ts'
import { RenewedMap } from './renewed-map.ts'
import type { Snapshots } from './snapshots.ts'
import type { FoldState, StreamEntry } from './stream-entry.ts'

/** Told when a stream is loaded, or when it cannot be. */
export interface LoadWaiter {
  loaded(): void
  failed(error: unknown): void
}

/** How many streams one read asks for. */
const STREAMS_PER_READ = 512

/** How many reads are under way at once. */
const READS_AT_ONCE = 2

/**
 * Brings streams into the cache. Streams that several commands want share one read; a long stream comes in pages, with
 * other reads between them. Serving a command from a read that was sent before it was called is safe, since whatever it
 * decides is checked at the store afterwards.
 */
export class StreamLoader {
  readonly #store: EventStore
  readonly #snapshots: Snapshots
  readonly #wanted = new RenewedMap<StreamEntry, LoadWaiter[]>()
  readonly #underWay = new RenewedMap<StreamEntry, LoadWaiter[]>()
  #reads = 0

  constructor(store: EventStore, snapshots: Snapshots) {
    this.#store = store
    this.#snapshots = snapshots
  }

  /** Asks for a stream with the folds that its entry wants. Nothing is sent before {@link flush}. */
  request(entry: StreamEntry, waiter: LoadWaiter): void {
    const waiters = this.#wanted.get(entry)
    if (waiters === undefined) this.#wanted.set(entry, [waiter])
    else waiters.push(waiter)
  }

  /** Sends what was asked for, as far as reads are free. */
  flush(): void {
    while (this.#reads < READS_AT_ONCE) {
      const entries: StreamEntry[] = []
      for (const [entry] of this.#wanted) {
        // What is being read is asked for again only when it is back: the answer may be enough.
        if (this.#underWay.has(entry)) continue
        entries.push(entry)
        if (entries.length === STREAMS_PER_READ) break
      }
      if (entries.length === 0) return
      for (const entry of entries) {
        this.#underWay.set(entry, this.#wanted.get(entry) as LoadWaiter[])
        this.#wanted.delete(entry)
      }
      this.#reads++
      void this.#read(entries)
    }
  }

  /** Never rejects: every failure goes to those who wait. */
  async #read(entries: readonly StreamEntry[]): Promise<void> {
    const seeking = seekingSnapshots(entries)
    if (seeking.length > 0) await this.#snapshots.offerTo(seeking)
    const knownBefore = entries.map(({ version }) => version)
    try {
      const slices = await checkedRead(
        this.#store,
        entries.map((entry) => ({
          stream: entry.stream,
          after: firstMissing(entry),
          ...(entry.version >= 0 ? { upTo: entry.version } : {}),
        })),
        { limit: DEFAULT_READ_LIMIT },
      )
      for (let i = 0; i < entries.length; i++)
        this.#take(entries[i] as StreamEntry, slices[i] as StreamSlice, knownBefore[i] as number)
    } catch (error) {
      for (const entry of entries) this.#finish(entry, (waiter) => waiter.failed(error))
    } finally {
      this.#reads--
    }
    this.flush()
  }

  /** @param knownBefore the version that was known when the read was sent; it was read up to there, or to its head if -1. */
  #take(entry: StreamEntry, slice: StreamSlice, knownBefore: number): void {
    // A read without an end may bring more than what else has been heard of the stream meanwhile.
    if (knownBefore < 0 || entry.version < 0) entry.seeHead(slice.version, slice.headId)
    entry.advance(slice.events)
    if (slice.complete) {
      for (let fold = entry.firstFold; fold !== undefined; fold = fold.next) fold.dropOffer()
      // The store holds less than it had said before: it was restored. What was known of the stream is worth nothing. What
      // was committed since the read was sent is no such sign.
      if (slice.version < knownBefore && entry.pending === undefined) entry.forget()
      this.#snapshots.take(entry)
      this.#finish(entry, (waiter) => waiter.loaded())
      return
    }
    // A long stream: its next page, behind the others that wait.
    const waiters = this.#underWay.get(entry) as LoadWaiter[]
    this.#underWay.delete(entry)
    this.#wanted.set(entry, [...waiters, ...(this.#wanted.get(entry) ?? [])])
  }

  #finish(entry: StreamEntry, tell: (waiter: LoadWaiter) => void): void {
    const waiters = this.#underWay.get(entry) ?? []
    this.#underWay.delete(entry)
    for (const waiter of waiters) tell(waiter)
  }
}

/** The version after which the first of the folds that are behind misses events. */
function firstMissing(entry: StreamEntry): number {
  // Of a stream that nothing is known of yet, a fold may know the beginning: by its snapshot.
  let after = entry.version < 0 && entry.firstFold !== undefined ? Number.POSITIVE_INFINITY : Math.max(entry.version, 0)
  for (let fold = entry.firstFold; fold !== undefined; fold = fold.next)
    if (fold.failure === undefined) after = Math.min(after, fold.missingAfter)
  return after === Number.POSITIVE_INFINITY ? 0 : after
}

/** The folds that a snapshot may save from folding all there is. */
function seekingSnapshots(entries: readonly StreamEntry[]): { stream: string; fold: FoldState }[] {
  const seeking: { stream: string; fold: FoldState }[] = []
  for (const { stream, firstFold } of entries)
    for (let fold = firstFold; fold !== undefined; fold = fold.next)
      if (fold.kind.snapshot !== undefined && !fold.snapshotSought && fold.version === 0) seeking.push({ stream, fold })
  return seeking
}
