import type { Cursor, EventStore } from 'eventcore'
import { type ProjectionModel, stateChecksum } from '../checker/check-projections.ts'
import type { History } from '../checker/history.ts'
import type { HistoryRecorder } from '../checker/history-recorder.ts'
import type { SeededRandom } from './seeded-random.ts'
import { parseWorked } from './worked-event.ts'

/** Longest wait for events that were announced by nobody: a follower that was told nothing looks anyway. */
const WAIT_MS = 50

export interface FollowerOptions {
  readonly name: string
  readonly recorder: HistoryRecorder
  readonly random: SeededRandom
  /** Aborted when nothing more will be appended: it then reads to the head and ends. */
  readonly ended: AbortSignal
}

/**
 * Follows the feed while others append, in pages of changing size, and keeps the sum of each stream as a projection does.
 * Now and then it starts again from where it stood.
 */
export async function follow(store: EventStore, { name, recorder, random, ended }: FollowerOptions): Promise<void> {
  const sums: Record<string, number> = {}
  let cursor: Cursor | undefined
  let upTo: string | null = null
  recorder.subscribed(name)
  for (;;) {
    // Looked at before the page is read: what was appended before the end is then in this page or a later one.
    const lastRound = ended.aborted
    const page = await store.readFeed({ after: cursor, limit: 1 + random.below(100) })
    for (const event of page.events) {
      recorder.delivered(name, event.id)
      sums[event.stream] = (sums[event.stream] ?? 0) + parseWorked(event).amount
      upTo = event.id
    }
    cursor = page.cursor
    if (page.atHead && lastRound) break
    if (random.chance(0.05)) {
      recorder.projected({ name, upTo, checksum: stateChecksum(sums) })
      recorder.subscribed(name)
    }
    if (page.atHead) await store.waitForEvents(cursor, { timeoutMs: WAIT_MS, signal: ended })
  }
  recorder.projected({ name, upTo, checksum: stateChecksum(sums) })
}

/** What the followers of a run should have kept: the `projections` to check its history with. */
export function followerProjections({ projections }: History): Readonly<Record<string, ProjectionModel>> {
  return Object.fromEntries(projections.map(({ name }) => [name, sumsByStream]))
}

const sumsByStream: ProjectionModel = () => {
  const sums: Record<string, number> = {}
  return {
    apply(event) {
      sums[event.stream] = (sums[event.stream] ?? 0) + parseWorked(event).amount
    },
    checksum: () => stateChecksum(sums),
  }
}
