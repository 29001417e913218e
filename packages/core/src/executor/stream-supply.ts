import { HandlerFailed } from '../errors/command-errors.ts'
import type { StreamConflict } from '../store/commit.ts'
import type { EventStore } from '../store/event-store.ts'
import type { AnyReference } from '../stream/stream-reference.ts'
import { type AttemptHost, runIsOver, tooManyStreams } from './attempt.ts'
import { exceeds } from './boundary.ts'
import type { Job, JobRequest } from './job.ts'
import type { NeededStream } from './needed-streams.ts'
import { reasonOf } from './reason-of.ts'
import { Snapshots } from './snapshots.ts'
import { StateCache } from './state-cache.ts'
import type { StreamEntry } from './stream-entry.ts'
import { StreamLoader } from './stream-loader.ts'

/** After so many reads that all came too late, a command goes first on its streams. */
const READS_BEFORE_RESERVATION = 3

/** The caches of a processor hold no more than what is known of a few times so many streams. */
const STREAMS_NEAR = 512

/** Who hears of it. */
export interface StreamSupplyEvents {
  /** The command's streams change faster than they can be read for it. */
  readonly starving: (job: Job) => void
  /** What {@link StreamSupply.isAtHand} asked for is there. */
  readonly loaded: (job: Job) => void
  /** Or cannot be had. */
  readonly failed: (job: Job, error: unknown) => void
}

/** The streams that commands need: which are cached, which must be read, and who keeps which from being evicted. */
export class StreamSupply implements AttemptHost {
  readonly maxStreams: number
  readonly maxReadRounds: number
  readonly #cache: StateCache
  readonly #loader: StreamLoader
  readonly #snapshots: Snapshots
  readonly #events: StreamSupplyEvents
  readonly #whenBatchEnds: (() => void)[] = []

  constructor(
    store: EventStore,
    options: { cachedStreams: number; maxStreams: number; maxReadRounds: number },
    events: StreamSupplyEvents,
  ) {
    this.#events = events
    this.maxStreams = options.maxStreams
    this.maxReadRounds = options.maxReadRounds
    this.#cache = new StateCache(options.cachedStreams)
    this.#snapshots = new Snapshots(store)
    this.#loader = new StreamLoader(store, this.#snapshots)
  }

  /** Sends the reads that were asked for. */
  flush(): void {
    this.#loader.flush()
  }

  /** Resolves when no snapshot waits to be written. */
  snapshotsWritten(): Promise<void> {
    return this.#snapshots.idle()
  }

  peek(stream: string): StreamEntry | undefined {
    return this.#cache.peek(stream)
  }

  /** @throws BoundaryTooLarge (`BOUNDARY_TOO_LARGE`) when a command declares more streams than it may read */
  assertDeclarable({ references, kind, commandId }: JobRequest): void {
    if (exceeds(this.maxStreams, NONE, references)) throw tooManyStreams(kind.name, commandId, this.maxStreams)
  }

  /** {@link needDeclared} for commands that are to be decided next. Their streams are looked at all at once before: see `StreamTable`. */
  needAll(jobs: readonly Job[]): void {
    const streams: string[] = []
    for (const { declaredStreams, request } of jobs) {
      if (declaredStreams >= 0) continue
      if (streams.length >= STREAMS_NEAR) break
      for (const reference of request.references) {
        if (reference.kind === 'stream') streams.push(reference.stream)
        else for (const stream of reference.streams) streams.push(stream)
      }
    }
    if (streams.length > 1) this.#cache.bringNear(streams)
    for (const job of jobs) if (!job.isSettled) this.needDeclared(job)
  }

  /** Notes that a command needs the streams that it declares, and pins them, unless that was done before. */
  needDeclared(job: Job): void {
    if (job.declaredStreams >= 0) return
    for (const reference of job.request.references) {
      if (reference.kind === 'stream') this.entryOf(job, reference.stream, reference)
      else for (const stream of reference.streams) this.entryOf(job, stream, reference)
    }
    job.declaredStreams = job.needed.size
  }

  /**
   * Lets go of streams that an earlier run of the handler came upon and the last one did not.
   * @param wanted what the last one asked for, and did not get yet
   */
  keepBoundary(job: Job, wanted: readonly AnyReference[] = NONE): void {
    const { attempt, needed, declaredStreams } = job
    if (attempt === undefined || needed.size === declaredStreams) return
    const all = needed.list
    const asked = new Set(wanted.flatMap((one) => (one.kind === 'stream' ? [one.stream] : one.streams)))
    const isKept = (one: NeededStream, index: number): boolean =>
      index < declaredStreams || attempt.boundary.get(one.entry) !== undefined || asked.has(one.entry.stream)
    if (all.every(isKept)) return
    needed.clear()
    for (const [index, one] of all.entries()) {
      if (isKept(one, index)) needed.add(one)
      else this.#cache.unpin(one.entry)
    }
  }

  /** Lets go of all that it came upon while it ran. */
  keepDeclared(job: Job): void {
    const all = job.needed.list
    job.needed.clear()
    for (const [index, one] of all.entries()) {
      if (index < job.declaredStreams) job.needed.add(one)
      else this.#cache.unpin(one.entry)
    }
  }

  #needStream(job: Job, stream: string, reference: AnyReference): StreamEntry {
    // Nobody would let go of it any more.
    if (job.isSettled) throw runIsOver(job)
    const entry = this.#cache.pin(stream)
    job.needed.add({ entry, reference })
    return entry
  }

  entryOf(job: Job, stream: string, reference: AnyReference): StreamEntry {
    return job.needed.find(stream, reference) ?? this.#needStream(job, stream, reference)
  }

  release(job: Job): void {
    for (const { entry } of job.needed.list) this.#cache.unpin(entry)
    job.needed.clear()
  }

  /**
   * Whether all streams that the command needs are cached. If not, they are asked for, the job is `loading`, and `loaded` or
   * `failed` is told once; unless it is settled, by an initial state that aborts it.
   */
  isAtHand(job: Job): boolean {
    for (const { entry, reference } of job.needed.list)
      if (entry.usableFold(reference.definition) === undefined) return this.#loadFor(job)
    job.loads = 0
    return true
  }

  /** Answers whether the streams are at hand after all. */
  #loadFor(job: Job): boolean {
    let missing: Set<StreamEntry> | undefined
    for (const { entry, reference } of job.needed.list) {
      if (entry.usableFold(reference.definition) !== undefined) continue
      const failure = whyUnfoldable(entry, reference, job)
      if (job.isSettled) return false
      if (failure !== undefined) {
        job.phase = 'loading'
        this.#events.failed(job, failure)
        return false
      }
      if (entry.usableFold(reference.definition) !== undefined) continue
      missing ??= new Set()
      missing.add(entry)
    }
    if (missing === undefined) {
      job.loads = 0
      return true
    }
    if (++job.loads === READS_BEFORE_RESERVATION) this.#events.starving(job)
    job.phase = 'loading'
    this.#request(
      missing,
      () => this.#events.loaded(job),
      (error) => this.#events.failed(job, error),
    )
    return false
  }

  /** Loads what an asynchronous handler reads. Rejects when that run of the handler is over. */
  load(job: Job, references: readonly AnyReference[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const attempt = job.attempt
      let rounds = 0
      const tryNow = (): void => {
        try {
          goOn()
        } catch (error) {
          reject(error)
        }
      }
      const goOn = (): void => {
        if (job.attempt !== attempt || job.phase !== 'deciding') {
          reject(runIsOver(job))
          return
        }
        const missing = this.#missing(job, references)
        if (missing.size === 0) {
          resolve()
          return
        }
        // Other commands write to a stream faster than it can be read.
        if (++rounds === READS_BEFORE_RESERVATION) this.#events.starving(job)
        const unread = new Set([...missing].filter((entry) => !entry.awaitsPending))
        if (unread.size === 0) {
          // All that could be read is there; what a batch under way adds to it comes with the answer of the store.
          this.#whenBatchEnds.push(tryNow)
          return
        }
        this.#request(unread, tryNow, reject)
        this.#loader.flush()
      }
      tryNow()
    })
  }

  /** A batch is settled: what waited for its pending events can go on, and states that are durable now can be kept. */
  batchEnded(written: readonly StreamEntry[]): void {
    for (const entry of written) this.#snapshots.take(entry)
    for (const tryAgain of this.#whenBatchEnds.splice(0)) tryAgain()
  }

  #missing(job: Job, references: readonly AnyReference[]): Set<StreamEntry> {
    const missing = new Set<StreamEntry>()
    for (const reference of references)
      for (const stream of reference.kind === 'stream' ? [reference.stream] : reference.streams) {
        const entry = this.entryOf(job, stream, reference)
        const failure = whyUnfoldable(entry, reference, job)
        if (failure !== undefined) throw failure
        if (entry.usableFold(reference.definition) === undefined) missing.add(entry)
      }
    return missing
  }

  /** Tells once: when all are loaded, or when the first cannot be. */
  #request(entries: ReadonlySet<StreamEntry>, loaded: () => void, failed: (error: unknown) => void): void {
    let open = entries.size
    let told = false
    const waiter = {
      loaded: () => {
        if (--open === 0 && !told) loaded()
      },
      failed: (error: unknown) => {
        if (told) return
        told = true
        failed(error)
      },
    }
    for (const entry of entries) this.#loader.request(entry, waiter)
  }

  /** Takes over what a conflict reports: the check was the read of what was missed. */
  learn(conflicts: readonly StreamConflict[]): void {
    for (const { stream, actualVersion, actualHeadId, missed } of conflicts) {
      const entry = this.#cache.peek(stream)
      if (entry === undefined || entry.pending !== undefined) continue
      entry.advance(missed)
      this.seeHead(entry, entry, { version: actualVersion, headId: actualHeadId })
    }
  }

  /**
   * Takes over where the store says that a stream stands. Where that is behind what was known, or beside it, the store was restored: what
   * was known is worth nothing.
   * @param known where it was known to stand when the store was asked: what was committed since is no such sign
   */
  seeHead(entry: StreamEntry, known: StreamHead, found: StreamHead): void {
    const restored = found.version < known.version || (found.version === known.version && found.headId !== known.headId)
    if (!restored) entry.seeHead(found.version, found.headId)
    else if (entry.pending === undefined) entry.forget()
  }
}

interface StreamHead {
  readonly version: number
  readonly headId: string | null
}

const NONE: readonly never[] = []

/** Sees to it that the entry has the fold. Answers why it cannot have it. */
function whyUnfoldable(entry: StreamEntry, { definition }: AnyReference, { request }: Job): Error | undefined {
  try {
    entry.wantFold(definition)
  } catch (cause) {
    const reason = reasonOf(cause)
    const message = `the initial state of ${entry.stream} could not be made: ${reason}`
    return new HandlerFailed(request.kind.name, request.commandId, message, { cause })
  }
  return entry.failed ? entry.fold(definition)?.failure : undefined
}
