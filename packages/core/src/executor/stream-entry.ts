import type { StandardSchemaV1 } from '@standard-schema/spec'
import { EventDecodeError } from '../errors/event-errors.ts'
import { freezeDeeply } from '../payload/freeze-deeply.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import type { FoldedEvent } from '../stream/fold.ts'
import type { StreamKind } from '../stream/stream-kind.ts'
import { decodeEvent } from './decode-event.ts'
import type { Job } from './job.ts'
import { ROOMS_BEFORE_THE_FIRST } from './turn-taking.ts'

/** An event that a command of this process decided and that is not durable yet. */
export interface PendingEvent extends FoldedEvent {
  /** What comes back of {@link text}: what outcomes show. */
  readonly payload: unknown
  /** Decoded: the schema's output, which folds see. */
  readonly data: unknown
  /** By which it was decoded. */
  readonly schema: StandardSchemaV1
  /** JSON, as it will be stored. */
  readonly text: string
}

/** One fold of one stream, at a durable version. */
export class FoldState {
  readonly kind: StreamKind
  /** The next fold of the stream: nearly all streams have one, and a list costs two more cache misses than a link. */
  next: FoldState | undefined
  /** Durable, and what `state` is folded up to. Behind the entry's version while events are missing. */
  version = 0
  state: unknown
  /** Why it cannot go on: an event that it cannot take. Dropped with the commands that wait for it. */
  failure: EventDecodeError | undefined
  /** The last version of which a snapshot was taken or found. */
  snapshotVersion = 0
  /** Whether the store was asked for a snapshot. */
  snapshotSought = false
  /** A snapshot that the store has. It counts once the event that it was made at has been seen to stand where it stood. */
  #offered: { readonly version: number; readonly headId: string; readonly state: unknown } | undefined

  constructor(kind: StreamKind) {
    this.kind = kind
    this.state = freezeDeeply(kind.initial())
  }

  /** After which version events are to be read for it. */
  get missingAfter(): number {
    return this.#offered === undefined ? this.version : this.#offered.version - 1
  }

  offer(version: number, headId: string, state: unknown): void {
    this.#offered = { version, headId, state }
  }

  /** The stream does not have the event that a snapshot was made at: it is of another history. */
  dropOffer(): void {
    this.#offered = undefined
  }

  /** Takes the snapshot if it was made at this very event. */
  #takeOffer(event: StoredEvent): boolean {
    const offered = this.#offered
    if (offered?.version !== event.version) return false
    this.#offered = undefined
    if (offered.headId !== event.id) return false
    this.state = offered.state
    this.snapshotVersion = offered.version
    this.version = offered.version
    return true
  }

  /**
   * Folds a durable event on top if it is the next one. Older ones are known already; a later one leaves the fold behind.
   * @throws EventDecodeError (`EVENT_DECODE_ERROR`), also when the fold itself throws.
   */
  advance(event: StoredEvent): void {
    if (this.#offered !== undefined && this.#takeOffer(event)) return
    if (event.version !== this.version + 1) return
    const data = decodeEvent(this.kind, event)
    try {
      this.state = step(this.kind, this.state, event, data)
    } catch (cause) {
      throw new EventDecodeError(event, `a fold of the stream kind "${this.kind.name}" failed on it`, { cause })
    }
    this.version = event.version
  }
}

/** The state with a pending event on top. A fold that was defined with another schema reads the event its own way. */
function stepPending(kind: StreamKind, state: unknown, event: PendingEvent): unknown {
  const { id, stream, type, version, text } = event
  const known = kind.schemas.get(type) === event.schema
  return step(kind, state, event, known ? event.data : decodeEvent(kind, { id, stream, type, version, data: text }))
}

function step(kind: StreamKind, state: unknown, event: FoldedEvent, data: unknown): unknown {
  const apply = kind.steps.get(event.type)
  // Checked where the stream is defined: every event that decodes has a step.
  const next = (apply as NonNullable<typeof apply>)(state, data, event)
  return next === state ? state : freezeDeeply(next)
}

/** What a fold comes to with the pending events of its stream on top. A fold that cannot take one of them has none. */
export interface Overlay {
  readonly fold: FoldState
  /** The durable version below the pending events: a read that moves the fold on has seen these events there. */
  readonly base: number
  readonly state: unknown
  readonly next: Overlay | undefined
}

/**
 * Where a stream stands with the events of the batch that holds it. An object of its own that goes with them: what is written into an entry,
 * which is old, has the collector look at it again.
 */
export interface PendingHead {
  readonly version: number
  readonly headId: string
  /** Who made it: a decision that builds on it fails with it. */
  readonly writer: Job
  readonly overlays: Overlay | undefined
}

/**
 * What this process knows of one stream: the durable head, the folds that commands asked for, and the pending events of
 * the batch that holds the stream. Everything here is a cache: the check at commit decides whether it was right.
 */
export class StreamEntry {
  // What every command looks at comes first: an entry of a stream that was not used lately is in no cache of the processor.
  readonly stream: string
  /** Linked by {@link FoldState.next}. */
  firstFold: FoldState | undefined = undefined
  pending: PendingHead | undefined = undefined
  /** The last durable head that was heard of; -1 before the first read. */
  version = -1
  headId: string | null = null
  /** How many commands hold it: it is not evicted meanwhile. */
  pins = 0
  /** How many batches under way check it without writing to it. */
  readers = 0
  /** Whether a batch under way writes to it. */
  isBeingWritten = false
  /** Used since the cache last looked: second chance. */
  used = true
  /** The last assembly in which an earlier command that needs it had to wait. */
  waitedForIn = 0
  /** The command that goes first, after it lost too often. */
  reservedBy: Job | undefined = undefined
  /** Until when it is the turn of other processes, by the monotonic clock. */
  othersUntil: number | undefined = undefined
  /** Batches that committed to it since others last had a turn. */
  commitsInARow = 0
  /** Turns of others that nobody took. */
  roomsInVain = ROOMS_BEFORE_THE_FIRST
  /** Whether one of the folds has failed. */
  failed = false

  constructor(stream: string) {
    this.stream = stream
  }

  fold(kind: StreamKind): FoldState | undefined {
    let fold = this.firstFold
    while (fold !== undefined && fold.kind !== kind) fold = fold.next
    return fold
  }

  /** The head with pending events. */
  get currentVersion(): number {
    return this.pending === undefined ? this.version : this.pending.version
  }

  get currentHeadId(): string | null {
    return this.pending === undefined ? this.headId : this.pending.headId
  }

  /** Whether all that is durable is folded, and a fold that is wanted lacks only what is pending. */
  get awaitsPending(): boolean {
    if (this.pending === undefined) return false
    for (let fold = this.firstFold; fold !== undefined; fold = fold.next)
      if (fold.version !== this.version && fold.failure === undefined) return false
    return true
  }

  /** The fold, if it is complete up to the current head; `undefined` when a read is needed first. */
  usableFold(kind: StreamKind): FoldState | undefined {
    const fold = this.fold(kind)
    return fold !== undefined && this.#isUsable(fold) ? fold : undefined
  }

  #isUsable(fold: FoldState): boolean {
    return this.pending === undefined ? fold.version === this.version : overlayOf(this.pending, fold) !== undefined
  }

  /** The state of a usable fold at the current head. */
  stateOf(fold: FoldState): unknown {
    const overlay = this.pending === undefined ? undefined : overlayOf(this.pending, fold)
    return overlay === undefined ? fold.state : overlay.state
  }

  wantFold(kind: StreamKind): void {
    if (this.fold(kind) !== undefined) return
    const fold = new FoldState(kind)
    fold.next = this.firstFold
    this.firstFold = fold
  }

  /** A durable head was seen. Older news than what is known changes nothing. */
  seeHead(version: number, headId: string | null): void {
    if (version <= this.version) return
    this.version = version
    this.headId = headId
  }

  /**
   * What the usable folds come to with these pending events on top. Changes nothing, so that a fold that throws leaves nothing half
   * done.
   * @param views of the command that made the events. A fold of others that fails is theirs to hear of.
   */
  foldPending(events: readonly PendingEvent[], views: readonly { readonly kind: StreamKind }[]): Overlay | undefined {
    let overlays: Overlay | undefined
    for (let fold = this.firstFold; fold !== undefined; fold = fold.next) {
      if (!this.#isUsable(fold)) continue
      const { kind, version: base } = fold
      try {
        let state = this.stateOf(fold)
        for (const event of events) state = stepPending(kind, state, event)
        overlays = { fold, base, state, next: overlays }
      } catch (error) {
        if (views.some((view) => view.kind === kind)) throw error
      }
    }
    return overlays
  }

  /** Puts pending events on top, with what {@link foldPending} gave for them. */
  addPending(events: readonly PendingEvent[], overlays: Overlay | undefined, writer: Job): void {
    const { version, id } = events[events.length - 1] as PendingEvent
    this.pending = { version, headId: id, writer, overlays }
  }

  /** Every pending event became durable. */
  promotePending(): void {
    if (this.pending === undefined) return
    const { version, headId, overlays } = this.pending
    this.pending = undefined
    for (let overlay = overlays; overlay !== undefined; overlay = overlay.next) {
      const { fold, base, state } = overlay
      if (fold.version !== base) continue
      fold.state = state
      fold.version = version
    }
    this.seeHead(version, headId)
  }

  /** The pending events are gone, or some of them: back to what is durable. */
  dropPending(): void {
    this.pending = undefined
  }

  /** Pending events of which it is known now that they are durable, after {@link dropPending}. */
  confirm(events: readonly PendingEvent[]): void {
    for (const event of events) {
      for (let fold = this.firstFold; fold !== undefined; fold = fold.next) {
        if (event.version !== fold.version + 1) continue
        try {
          fold.state = stepPending(fold.kind, fold.state, event)
          fold.version = event.version
        } catch {
          // Not swallowed: it stays behind, and fails again when a command that wants it has the event read.
        }
      }
      this.seeHead(event.version, event.id)
    }
  }

  /** Folds durable events on top, as far as they follow on. A fold that cannot take one of them bears its failure. */
  advance(events: readonly StoredEvent[]): void {
    for (let fold = this.firstFold; fold !== undefined; fold = fold.next) {
      if (fold.failure !== undefined) continue
      try {
        for (const event of events) fold.advance(event)
      } catch (error) {
        fold.failure = error as EventDecodeError
        this.failed = true
      }
    }
  }

  /** The next command that wants a fold that failed has it begin anew. */
  dropFailed(): void {
    let last: FoldState | undefined
    for (let fold = this.firstFold; fold !== undefined; fold = fold.next) {
      if (fold.failure === undefined) last = fold
      else if (last === undefined) this.firstFold = fold.next
      else last.next = fold.next
    }
    this.failed = false
  }

  /** Forgets everything: what is known does not belong to what the store holds. */
  forget(): void {
    this.firstFold = undefined
    this.failed = false
    this.version = -1
    this.headId = null
    this.pending = undefined
  }
}

function overlayOf({ overlays }: PendingHead, fold: FoldState): Overlay | undefined {
  let overlay = overlays
  while (overlay !== undefined && overlay.fold !== fold) overlay = overlay.next
  return overlay !== undefined && overlay.base === fold.version ? overlay : undefined
}
