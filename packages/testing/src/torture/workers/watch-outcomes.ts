import type { Commit, CommitResult, EventStore } from 'eventcore'
import { wrapStore } from '../../wrapping/wrap-store.ts'

/** What became of appends, beside what the clients were told. */
export interface OutcomeCounts {
  /** Appends whose answer got lost. */
  unknownAppends: number
  /** Commands of these that turned out to be committed. */
  foundAfterUnknown: number
  /** Commands of these that had not been, and were then. */
  absentAfterUnknown: number
  /** Calls that failed for certain because the store could not be reached. */
  unavailable: number
  /** Commits without events that were verified. */
  verified: number
  /** The longest that an append took until it was given up without an answer, in milliseconds. */
  longestUnanswered: number
}

export const noOutcomes = (): OutcomeCounts => {
  return {
    unknownAppends: 0,
    foundAfterUnknown: 0,
    absentAfterUnknown: 0,
    unavailable: 0,
    verified: 0,
    longestUnanswered: 0,
  }
}

/** The same store, except that it counts. */
export function watchOutcomes(store: EventStore, counts: OutcomeCounts): EventStore {
  const open = new Set<string>()
  const settle = (commandId: string, found: boolean): void => {
    if (!open.delete(commandId)) return
    if (found) counts.foundAfterUnknown++
    else counts.absentAfterUnknown++
  }
  return wrapStore<EventStore>(store, {
    async append(commits) {
      let results: readonly CommitResult[]
      const begun = performance.now()
      try {
        results = await store.append(commits)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code === 'STORE_UNAVAILABLE') counts.unavailable++
        if (code === 'COMMIT_OUTCOME_UNKNOWN') {
          counts.unknownAppends++
          counts.longestUnanswered = Math.max(counts.longestUnanswered, Math.round(performance.now() - begun))
          for (const { commandId, events } of commits) if (events.length > 0) open.add(commandId)
        }
        throw error
      }
      for (let i = 0; i < results.length; i++) count(commits[i], results[i], counts, settle)
      return results
    },
    async findCommits(commandIds) {
      const found = await store.findCommits(commandIds)
      for (const { commandId } of found) settle(commandId, true)
      return found
    },
  })
}

function count(
  commit: Commit | undefined,
  result: CommitResult | undefined,
  counts: OutcomeCounts,
  settle: (commandId: string, found: boolean) => void,
): void {
  if (commit === undefined || result === undefined) return
  if (result.status === 'verified') counts.verified++
  if (result.status === 'duplicate') settle(commit.commandId, true)
  if (result.status === 'committed') settle(commit.commandId, false)
}
