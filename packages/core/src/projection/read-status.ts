import { EventStoreError } from '../errors/event-store-error.ts'
import { InvalidCursor } from '../errors/store-errors.ts'
import type { FeedEvent, FeedFilter } from '../store/feed.ts'
import type { Cursor } from '../store/position.ts'
import type { Progress } from './progress.ts'
import type { ProjectionState, ProjectionStatus } from './projection-status.ts'
import type { ProjectingStore } from './projection-target.ts'

interface StatusQuestion<Tx> {
  readonly store: ProjectingStore<Tx>
  readonly id: string
  readonly filter: FeedFilter
  readonly state: ProjectionState
  /** This runner's id, while it holds the lease. */
  readonly owner: string | undefined
  readonly progress: Progress
  readonly lastError: unknown
  readonly now: () => number
}

/** What only the store knows. */
type Stored = Pick<
  ProjectionStatus,
  'owner' | 'cursor' | 'head' | 'lagEvents' | 'lagSeconds' | 'secondsLeft' | 'deadLetters'
>

/** What the runner knows by itself is answered in any case: it is wanted most while the store is away. */
export async function readStatus<Tx>(about: StatusQuestion<Tx>): Promise<ProjectionStatus> {
  const { id, state, owner, progress, lastError } = about
  const { rate } = progress
  const cursor = progress.active ? progress.cursor : undefined
  const local = { projection: id, state, owner, owns: owner !== undefined, cursor, rate, lastError }
  try {
    const { ahead, ...stored } = await askStore(about, rate)
    const alarm = ahead === undefined ? {} : { state: 'checkpoint-ahead' as const, lastError: ahead }
    return { ...local, ...stored, ...alarm, storeError: undefined }
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error
    const unknown = { head: undefined, lagEvents: undefined, lagSeconds: undefined, secondsLeft: undefined }
    return { ...local, ...unknown, deadLetters: undefined, storeError: error }
  }
}

async function askStore<Tx>(
  { store, id, filter, owner, progress, now }: StatusQuestion<Tx>,
  rate: number,
): Promise<Stored & { readonly ahead?: InvalidCursor }> {
  const head = await store.headCursor()
  // Of another process, where this one does not work.
  const cursor = !progress.active ? (await store.checkpoints.load(id))?.cursor : progress.cursor
  const basics = {
    owner: owner ?? (await store.leases.holder(id))?.owner,
    cursor,
    head,
    deadLetters: await store.projections.deadLetters.count(id),
  }
  try {
    const lagEvents = await store.projections.countEvents(cursor)
    const oldest = lagEvents === 0 ? undefined : await oldestBehind(store, cursor, filter)
    return {
      ...basics,
      lagEvents,
      lagSeconds: oldest === undefined ? 0 : Math.max(0, (now() - oldest.commit.recordedAt) / 1_000),
      secondsLeft: lagEvents === 0 ? 0 : rate > 0 ? lagEvents / rate : undefined,
    }
  } catch (error) {
    if (!(error instanceof InvalidCursor)) throw error
    return { ...basics, lagEvents: undefined, lagSeconds: undefined, secondsLeft: undefined, ahead: error }
  }
}

/**
 * The first event of these behind the checkpoint. A page looks at some thousand events at most. Where none of them was one of
 * these, the first event behind the page stands for it: it is no younger.
 */
async function oldestBehind(
  store: ProjectingStore<never>,
  after: Cursor | undefined,
  filter: FeedFilter,
): Promise<FeedEvent | undefined> {
  const { events, cursor, atHead } = await store.readFeed({ after, limit: 1, filter })
  const [own] = events
  if (own !== undefined || atHead) return own
  return (await store.readFeed({ after: cursor, limit: 1 })).events[0]
}
