import {
  type Commit,
  type CommitResult,
  type EventStore,
  InvalidOptions,
  MISSED_EVENTS_LIMIT,
  type StreamCheck,
  type StreamConflict,
} from 'eventcore'
import { wrapStore } from '../wrapping/wrap-store.ts'

/** Which calls of `append`, counted from 1: one, several, or those that a function chooses. */
export type ChosenAppends = number | readonly number[] | ((call: number, commits: readonly Commit[]) => boolean)

export interface ConflictOptions {
  /**
   * Does something to the streams, on the store itself, before the append goes on: executes a command of another executor, say.
   * The conflict is then a real one, and the store's own answer. Default: the store is not asked, and every commit is answered
   * with a conflict on all its streams, as they stand.
   */
  readonly rival?: (commits: readonly Commit[], call: number) => Promise<unknown>
}

/**
 * The same store, on which appends of your choice conflict: `conflictsOn(store, 1)`. What follows, the retry above all, is what a
 * race would cause, without the race.
 */
export function conflictsOn<Store extends EventStore>(
  store: Store,
  chosen: ChosenAppends,
  { rival }: ConflictOptions = {},
): Store {
  const isChosen = chooser(chosen)
  let calls = 0
  return wrapStore<Store>(store, {
    append: async (commits) => {
      const call = ++calls
      if (!isChosen(call, commits)) return await store.append(commits)
      if (rival === undefined) return await madeUp(store, commits)
      await rival(commits, call)
      return await store.append(commits)
    },
  })
}

function chooser(chosen: ChosenAppends): (call: number, commits: readonly Commit[]) => boolean {
  if (typeof chosen === 'function') return chosen
  const calls = new Set(typeof chosen === 'number' ? [chosen] : chosen)
  for (const call of calls)
    if (!Number.isSafeInteger(call) || call < 1)
      throw new InvalidOptions('calls', call, 'a whole number of at least 1, since appends are counted from 1,')
  return (call) => calls.has(call)
}

async function madeUp(store: EventStore, commits: readonly Commit[]): Promise<readonly CommitResult[]> {
  const results: CommitResult[] = []
  for (const commit of commits) {
    // "Already committed" outranks every other answer, and what checks nothing cannot conflict: the store answers.
    const [recorded] = await store.findCommits([commit.commandId])
    if (recorded !== undefined || commit.checks.length === 0) results.push(...(await store.append([commit])))
    else results.push({ status: 'conflict', conflicts: await conflictsOf(store, commit.checks) })
  }
  return results
}

async function conflictsOf(store: EventStore, checks: readonly StreamCheck[]): Promise<readonly StreamConflict[]> {
  const reads = checks.map(({ stream, base }) => ({ stream, after: base }))
  const slices = await store.read(reads, { limit: MISSED_EVENTS_LIMIT })
  return slices.map((slice, i): StreamConflict => {
    const check = checks[i]
    return {
      stream: slice.stream,
      expectedVersion: check?.version ?? 0,
      expectedHeadId: check?.headId ?? null,
      actualVersion: slice.version,
      actualHeadId: slice.headId,
      missed: slice.events,
      missedComplete: slice.complete,
    }
  })
}
