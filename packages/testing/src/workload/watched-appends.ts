import type { Commit, EventStore } from 'eventcore'
import { wrapStore } from '../wrapping/wrap-store.ts'

/** The same store, except that each commit is shown before it is sent. */
export function watchedAppends(store: EventStore, show: (commit: Commit) => void): EventStore {
  return wrapStore<EventStore>(store, {
    append(commits) {
      for (const commit of commits) show(commit)
      return store.append(commits)
    },
  })
}
