import type { EventDecodeError } from '../errors/event-errors.ts'
import { CheckpointAhead, ProjectionHandlerFailed } from '../errors/projection-errors.ts'
import { InvalidCursor } from '../errors/store-errors.ts'
import { backoffDelay } from '../executor/backoff.ts'
import { isClosed, isOutage, isPassing } from '../feed/outage.ts'
import { pause } from '../feed/patience.ts'
import type { FeedEvent, FeedPage } from '../store/feed.ts'
import { type Cursor, FEED_START } from '../store/position.ts'
import { applyInside } from './apply-inside.ts'
import { applyOutside, applyUnblocked } from './apply-outside.ts'
import { BatchSize } from './batch-size.ts'
import type { NewDeadLetter } from './dead-letter.ts'
import { letterOf, type WorkPlanner } from './event-work.ts'
import type { LeaseKeeper } from './lease-keeper.ts'
import type { Progress } from './progress.ts'
import type { ProjectionKind } from './projection-kind.ts'
import type { ProjectionState } from './projection-status.ts'
import type { ProjectingStore } from './projection-target.ts'
import { setUpProjection } from './set-up.ts'
import { StreamsUnblocked } from './streams-unblocked.ts'

/** Events that do not concern a projection move its checkpoint at most this often while it waits. */
const IDLE_CHECKPOINT_MS = 250

export interface OwnershipSettings<Tx> {
  readonly store: ProjectingStore<Tx>
  readonly kind: ProjectionKind<Tx>
  /** Of the checkpoint. */
  readonly id: string
  readonly planner: WorkPlanner<Tx>
  readonly lease: LeaseKeeper
  readonly leaseMs: number
  readonly batchSize: number
  readonly progress: Progress
  readonly now: () => number
  readonly random: () => number
  /** Resolves at once unless the projection is paused. */
  readonly unpaused: () => Promise<boolean>
  readonly report: (state: ProjectionState, error?: unknown) => void
  /** Told when an event that failed has got its letter. */
  readonly parked: (letter: NewDeadLetter) => void
}

/** The work of a projection while it holds its lease: from its checkpoint along the feed, until it is stopped. */
export class Ownership<Tx> {
  readonly #settings: OwnershipSettings<Tx>
  readonly #size: BatchSize
  #cursor: Cursor | undefined
  /** The checkpoint as it is in the store. */
  #saved: Cursor | undefined
  /** The cursor has moved over events that do not concern us, and the checkpoint has not. */
  #unsaved = false
  #savedAt = 0
  /** How often the event at the front has failed. */
  #attempts = 0
  /** The page behind the one that is being committed, under way. */
  #ahead: { readonly after: Cursor; readonly limit: number; readonly page: Promise<FeedPage> } | undefined

  constructor(settings: OwnershipSettings<Tx>) {
    this.#settings = settings
    this.#size = new BatchSize(settings.batchSize, settings.store.projections.handlers === 'synchronous')
  }

  /** Ends when the signal is aborted; throws what it cannot deal with. The checkpoint tells how far it came. */
  async work(signal: AbortSignal): Promise<void> {
    await this.#begin()
    const { lease, unpaused } = this.#settings
    while (!signal.aborted) {
      await lease.renewIfDue()
      if (!(await unpaused())) continue
      const page = await this.#read(this.#size.next)
      if (page.events.length > 0) await this.#take(page, signal)
      else await this.#idle(page, signal)
    }
    if (this.#unsaved) await this.#save()
  }

  async #begin(): Promise<void> {
    const { store, kind, id, progress, report } = this.#settings
    await setUpProjection(store, kind, id)
    this.#cursor = (await store.checkpoints.load(id))?.cursor
    this.#saved = this.#cursor
    if (this.#cursor === undefined && kind.from !== 'start') {
      this.#cursor = kind.from === 'now' ? ((await store.headCursor()) ?? FEED_START) : await this.#checked(kind.from)
      // At once: a crash must not move "now".
      await this.#save()
    }
    progress.begin(this.#cursor)
    report('catching-up')
  }

  /** @throws InvalidCursor (`INVALID_CURSOR`) before it is kept: it would stand in the way of the right one. */
  async #checked(from: Cursor): Promise<Cursor> {
    await this.#settings.store.readFeed({ after: from, limit: 1 })
    return from
  }

  async #read(limit: number): Promise<FeedPage> {
    const { store, planner, id } = this.#settings
    const ahead = this.#ahead
    this.#ahead = undefined
    try {
      if (ahead?.after === this.#cursor && ahead?.limit === limit) {
        // One that failed is read again, and says why.
        const page = await ahead.page.catch(() => undefined)
        if (page !== undefined) return page
      }
      return await store.readFeed({ after: this.#cursor, limit, filter: planner.filter })
    } catch (error) {
      throw error instanceof InvalidCursor ? new CheckpointAhead(id, error) : error
    }
  }

  /**
   * Reads the next page while this one is committed. Where handlers are synchronous the store is this process, and there is
   * nothing to wait for.
   */
  #readAhead({ cursor, atHead }: FeedPage): void {
    const { store, planner } = this.#settings
    if (atHead || cursor === undefined || store.projections.handlers === 'synchronous') return
    const limit = this.#size.next
    const page = store.readFeed({ after: cursor, limit, filter: planner.filter })
    // After a failure of the batch nobody comes for it.
    page.catch(() => undefined)
    this.#ahead = { after: cursor, limit, page }
  }

  /** Nothing of what was scanned concerns us. */
  async #idle(page: FeedPage, signal: AbortSignal): Promise<void> {
    const { store, progress, leaseMs, report } = this.#settings
    if (page.cursor !== this.#cursor) {
      this.#cursor = page.cursor
      this.#unsaved = true
      progress.advance(page.cursor, 0)
    }
    if (this.#unsaved && performance.now() - this.#savedAt >= IDLE_CHECKPOINT_MS) await this.#save()
    if (!page.atHead) return
    report('live')
    const timeoutMs = Math.min(leaseMs / 3, this.#unsaved ? IDLE_CHECKPOINT_MS : Number.POSITIVE_INFINITY)
    await store.waitForEvents(this.#cursor, { timeoutMs, signal })
  }

  async #save(): Promise<void> {
    const { store, id, lease } = this.#settings
    if (this.#cursor !== undefined) {
      const checkpoint = { cursor: this.#cursor, epoch: lease.epoch, after: this.#saved }
      await store.projections.commit({ projection: id, checkpoint, streams: [], apply: () => [] })
    }
    this.#saved = this.#cursor
    this.#unsaved = false
    this.#savedAt = performance.now()
  }

  async #take(page: FeedPage, signal: AbortSignal): Promise<void> {
    const { kind, planner, report } = this.#settings
    const { work, undecodable } = planner.plan(page.events)
    if (undecodable !== undefined) {
      if (page.events.length > 1) this.#size.failed(page.events.length, undecodable.index)
      else await this.#failed(page, undecodable.error, signal)
      return
    }
    report('catching-up')
    this.#readAhead(page)
    if (kind.delivery === 'outside') {
      await this.#takeOutside(page, work, signal)
      return
    }
    const { store, id, lease, leaseMs, now } = this.#settings
    let elapsed: number
    try {
      const settings = {
        projection: id,
        cursor: page.cursor as Cursor,
        after: this.#saved,
        epoch: lease.epoch,
        leaseMs,
        now: now(),
      }
      elapsed = await lease.during(applyInside(store.projections, kind, work, settings))
    } catch (error) {
      if (!isFailureOfEvent(error)) throw errorOf(error)
      if (page.events.length === 1) await this.#failed(page, error, signal)
      else this.#size.failed(page.events.length, this.#placeOf(error, page.events))
      return
    }
    this.#moved(page, elapsed)
  }

  async #takeOutside(page: FeedPage, work: Parameters<typeof applyOutside<Tx>>[2], signal: AbortSignal): Promise<void> {
    const { store, kind, id, lease, now } = this.#settings
    const size = page.events.length
    const beforeEach = (): Promise<void> => lease.renewIfDue()
    const settings = { projection: id, size, now: now(), signal, beforeEach }
    let result = await lease.during(applyOutside(store.projections, kind, work, settings))
    while (result.done > 0) {
      const upTo = result.done === size ? page : await this.#read(result.done)
      const unblocked = await this.#saveOutside(upTo, result.letters)
      if (unblocked.size === 0) {
        this.#moved(upTo, 0)
        break
      }
      result = await lease.during(applyUnblocked(store.projections, kind, work, result, unblocked, settings))
    }
    const { done: reached, error } = result
    if (error === undefined) return
    if (!isFailureOfEvent(error)) throw errorOf(error)
    if (size === 1) await this.#failed(page, error, signal)
    else this.#size.failed(size - reached, kind.batch === undefined ? 0 : undefined)
  }

  /**
   * Moves the checkpoint behind the page, unless a retry has settled what some of the letters wait behind.
   * @returns those streams; none when it was moved
   */
  async #saveOutside(page: FeedPage, letters: readonly NewDeadLetter[]): Promise<ReadonlySet<string>> {
    const { store, id, lease } = this.#settings
    const streams = [...new Set(letters.map(({ stream }) => stream))]
    try {
      await store.projections.commit({
        projection: id,
        checkpoint: { cursor: page.cursor as Cursor, epoch: lease.epoch, after: this.#saved },
        streams,
        apply: (_tx, blocked) => {
          const unblocked = streams.filter((stream) => !blocked.has(stream))
          if (unblocked.length > 0) throw new StreamsUnblocked(id, new Set(unblocked))
          return letters
        },
      })
      return new Set()
    } catch (error) {
      if (error instanceof StreamsUnblocked) return error.streams
      throw error
    }
  }

  #placeOf(error: ProjectionHandlerFailed, events: readonly FeedEvent[]): number | undefined {
    if (this.#settings.kind.batch !== undefined) return undefined
    return events.findIndex(({ id }) => id === error.event.id)
  }

  #moved(page: FeedPage, elapsedMs: number): void {
    this.#cursor = page.cursor
    this.#saved = page.cursor
    this.#unsaved = false
    this.#savedAt = performance.now()
    this.#attempts = 0
    this.#size.succeeded(page.events.length, elapsedMs)
    this.#settings.progress.advance(page.cursor, page.events.length)
  }

  /** An event that stands alone in its batch failed. */
  async #failed(page: FeedPage, error: ProjectionHandlerFailed | EventDecodeError, signal: AbortSignal): Promise<void> {
    const { store, kind, id, lease, now, random, report, parked } = this.#settings
    const { action, maxAttempts, baseDelayMs, maxDelayMs } = kind.onFailure
    this.#attempts++
    if (error instanceof ProjectionHandlerFailed && this.#attempts < maxAttempts) {
      report('retrying', error)
      this.#size.failed(1, 0)
      await pause(backoffDelay(this.#attempts, baseDelayMs, maxDelayMs, random), signal)
      return
    }
    if (action === 'stop') throw error
    report('catching-up', error)
    const event = page.events[0] as FeedEvent
    const attempts = this.#attempts
    let letter: NewDeadLetter | undefined
    await store.projections.commit({
      projection: id,
      checkpoint: { cursor: page.cursor as Cursor, epoch: lease.epoch, after: this.#saved },
      streams: [event.stream],
      apply: (_tx, blocked) => {
        const reason = action === 'skip' ? 'skipped' : blocked.has(event.stream) ? 'waiting' : 'failed'
        letter = letterOf(id, event, { reason, error: reasonOf(error), attempts, parkedAt: now() })
        return [letter]
      },
    })
    this.#moved(page, 0)
    if (letter !== undefined) parked(letter)
  }
}

/** A store that cannot be reached is not the event's fault, and neither is a process that ends. */
function isFailureOfEvent(error: unknown): error is ProjectionHandlerFailed {
  if (!(error instanceof ProjectionHandlerFailed)) return false
  const { cause } = error
  return !isPassing(cause) && !isOutage(cause) && !isClosed(cause)
}

/** Of what is no failure of an event: the handler that it came through says nothing. */
const errorOf = (error: unknown): unknown => (error instanceof ProjectionHandlerFailed ? error.cause : error)

function reasonOf(error: Error): string {
  const { cause } = error
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : error.message
  return text.length > 1_000 ? `${text.slice(0, 1_000)}…` : text
}
