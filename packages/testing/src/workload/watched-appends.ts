import type { Commit, EventStore } from 'eventcore'

/** The same store, except that each commit is shown before it is sent. */
export function watchedAppends(store: EventStore, show: (commit: Commit) => void): EventStore {
  const append: EventStore['append'] = (commits) => {
    for (const commit of commits) show(commit)
    return store.append(commits)
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === 'append') return append
      const member: unknown = Reflect.get(target, name)
      // A store's methods work on its private fields, which a proxy does not have.
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
