import {
  CheckpointMoved,
  type Cursor,
  type DeadLetter,
  DeadLetterGone,
  type DeadLetterStore,
  type FeedEvent,
  type InlineProjection,
  inlineProjections,
  type NewDeadLetter,
  type Position,
  type Projection,
  type ProjectionBatch,
  type ProjectionTarget,
} from 'eventcore'
import type { InlineStep } from './append.ts'
import type { MemoryCheckpoints } from './checkpoints.ts'
import { type EventLog, positionAt } from './event-log.ts'
import { cursorAt, scannedAt } from './feed.ts'
import type { MemoryReadModels, MemoryTransaction } from './read-models.ts'

const holdsUp = ({ reason }: NewDeadLetter): boolean => reason !== 'skipped'

/** The reference of what projections need of a store: each method does its work in one synchronous step. */
export class MemoryProjections implements ProjectionTarget<MemoryTransaction> {
  readonly handlers = 'synchronous'
  readonly deadLetters: DeadLetterStore
  readonly #assertOpen: (operation: string) => void
  readonly #log: EventLog
  readonly #checkpoints: MemoryCheckpoints
  readonly #readModels: MemoryReadModels
  readonly #activeVersions = new Map<string, number>()
  /** Runs inline projections on the events of a commit; `undefined` when there are none. @internal */
  readonly inlineStep: InlineStep | undefined
  #letters: readonly DeadLetter[] = []
  #sequence = 0

  /** @internal */
  constructor(
    assertOpen: (operation: string) => void,
    log: EventLog,
    checkpoints: MemoryCheckpoints,
    readModels: MemoryReadModels,
    inline: readonly Projection<MemoryTransaction>[],
  ) {
    this.#assertOpen = assertOpen
    this.#log = log
    this.#checkpoints = checkpoints
    this.#readModels = readModels
    const projections = inlineProjections(inline)
    if (projections.length > 0) this.inlineStep = (events) => this.#project(projections, events)
    for (const { setUp } of projections) if (setUp !== undefined) this.#transaction((tx) => now(setUp(tx)))
    this.deadLetters = {
      list: async ({ projection, stream, reasons, after = 0, limit }) => {
        assertOpen('deadLetters.list')
        return this.#of(projection)
          .filter((letter) => letter.sequence > after)
          .filter((letter) => stream === undefined || letter.stream === stream)
          .filter((letter) => reasons === undefined || reasons.includes(letter.reason))
          .slice(0, limit)
      },
      find: async (projection, positions: readonly Position[]) => {
        assertOpen('deadLetters.find')
        return this.#of(projection).filter(({ position }) => positions.includes(position))
      },
      blockedStreams: async (projection, streams) => {
        assertOpen('deadLetters.blockedStreams')
        return this.#blocked(projection, streams)
      },
      count: async (projection) => {
        assertOpen('deadLetters.count')
        const counts = { failed: 0, waiting: 0, skipped: 0 }
        for (const { reason } of this.#of(projection)) counts[reason]++
        return counts
      },
    }
  }

  async commit({
    projection,
    checkpoint,
    resolves,
    streams,
    apply,
  }: ProjectionBatch<MemoryTransaction>): Promise<void> {
    this.#assertOpen('projections.commit')
    if (checkpoint !== undefined) {
      this.#checkpoints.assertNotFenced('projections.commit', projection, checkpoint.epoch)
      if (this.#checkpoints.cursorOf(projection) !== checkpoint.after)
        throw new CheckpointMoved(projection, checkpoint.after)
    }
    const kept = this.#letters.filter(({ sequence }) => sequence !== resolves)
    if (resolves !== undefined && kept.length === this.#letters.length) throw new DeadLetterGone(projection, resolves)
    const letters = this.#transaction((tx) => now(apply(tx, this.#blocked(projection, streams))))
    this.#letters = [...kept, ...letters.map((letter) => ({ ...letter, sequence: ++this.#sequence }))]
    if (checkpoint !== undefined) {
      const { cursor, epoch } = checkpoint
      this.#checkpoints.set({ name: projection, cursor, epoch })
    }
  }

  async restart(work: {
    readonly projection: string
    readonly epoch: number
    readonly others?: readonly { readonly projection: string; readonly epoch: number }[]
    readonly apply: (tx: MemoryTransaction) => unknown
  }): Promise<void> {
    this.#assertOpen('projections.restart')
    const { projection, epoch, others = [], apply } = work
    const all = [{ projection, epoch }, ...others]
    for (const one of all) this.#checkpoints.assertNotFenced('projections.restart', one.projection, one.epoch)
    this.#transaction((tx) => now(apply(tx)))
    for (const one of all) {
      this.#checkpoints.forget(one.projection)
      this.#letters = this.#letters.filter((letter) => letter.projection !== one.projection)
    }
  }

  async countEvents(after: Cursor | undefined): Promise<number> {
    this.#assertOpen('projections.countEvents')
    return this.#log.length - scannedAt(this.#log, after, 'projections.countEvents')
  }

  async headPosition(): Promise<Position | undefined> {
    this.#assertOpen('projections.headPosition')
    return this.#log.length === 0 ? undefined : positionAt(this.#log.length - 1)
  }

  async activeVersion(name: string): Promise<number | undefined> {
    this.#assertOpen('projections.activeVersion')
    return this.#activeVersions.get(name)
  }

  async activate(work: {
    readonly name: string
    readonly version: number
    readonly apply: (tx: MemoryTransaction, previous: number | undefined) => unknown
  }): Promise<void> {
    this.#assertOpen('projections.activate')
    const { name, version, apply } = work
    this.#transaction((tx) => now(apply(tx, this.#activeVersions.get(name))))
    this.#activeVersions.set(name, version)
  }

  /** The memory store is empty when it is made, so inline projections have seen every event before. */
  #project(projections: readonly InlineProjection<MemoryTransaction>[], events: readonly FeedEvent[]): void {
    this.#transaction((tx) => {
      for (const projection of projections) projection.apply(events, tx)
    })
    const cursor = cursorAt(this.#log, this.#log.length)
    if (cursor === undefined) return
    for (const { id } of projections) this.#checkpoints.advance(id, cursor)
  }

  #of(projection: string): readonly DeadLetter[] {
    return this.#letters.filter((letter) => letter.projection === projection)
  }

  #blocked(projection: string, streams: readonly string[]): ReadonlySet<string> {
    const blocked = new Set(
      this.#of(projection)
        .filter(holdsUp)
        .map(({ stream }) => stream),
    )
    return new Set(streams.filter((stream) => blocked.has(stream)))
  }

  #transaction<T>(body: (tx: MemoryTransaction) => T): T {
    this.#readModels.begin()
    try {
      const answer = body(this.#readModels)
      this.#readModels.commit()
      return answer
    } catch (error) {
      this.#readModels.rollback()
      throw error
    }
  }
}

/** The step would be over before a promise is settled. */
function now<T>(answer: T | Promise<T>): T {
  if (!(answer instanceof Promise)) return answer
  answer.catch(() => {})
  throw new TypeError('projections on the memory store are synchronous: what they call returned a promise')
}
