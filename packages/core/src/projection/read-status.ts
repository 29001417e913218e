import { InvalidCursor } from '../errors/store-errors.ts'
import type { FeedFilter } from '../store/feed.ts'
import type { Progress } from './progress.ts'
import type { ProjectionState, ProjectionStatus } from './projection-status.ts'
import type { ProjectingStore } from './projection-target.ts'

export async function readStatus<Tx>(about: {
  readonly store: ProjectingStore<Tx>
  readonly id: string
  readonly filter: FeedFilter
  readonly state: ProjectionState
  /** This runner's id, while it holds the lease. */
  readonly owner: string | undefined
  readonly progress: Progress
  readonly lastError: unknown
  readonly now: () => number
}): Promise<ProjectionStatus> {
  const { store, id, filter, state, owner, progress, lastError, now } = about
  const head = await store.headCursor()
  // Of another process, where this one does not work.
  const cursor = !progress.active ? (await store.checkpoints.load(id))?.cursor : progress.cursor
  const rate = progress.rate
  const basics = {
    projection: id,
    owner: owner ?? (await store.leases.holder(id))?.owner,
    owns: owner !== undefined,
    cursor,
    head,
    rate,
    lastError,
    deadLetters: await store.projections.deadLetters.count(id),
  }
  try {
    const lagEvents = await store.projections.countEvents(cursor)
    const [oldest] = lagEvents === 0 ? [] : (await store.readFeed({ after: cursor, limit: 1, filter })).events
    return {
      ...basics,
      state,
      lagEvents,
      lagSeconds: oldest === undefined ? 0 : Math.max(0, (now() - oldest.commit.recordedAt) / 1_000),
      secondsLeft: lagEvents === 0 ? 0 : rate > 0 ? lagEvents / rate : undefined,
    }
  } catch (error) {
    if (!(error instanceof InvalidCursor)) throw error
    return {
      ...basics,
      lastError: error,
      state: 'checkpoint-ahead',
      lagEvents: undefined,
      lagSeconds: undefined,
      secondsLeft: undefined,
    }
  }
}
