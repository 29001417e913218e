import type { EventStore } from 'eventcore'

/**
 * The same store, with members of your own in the place of some: `wrapStore(store, { append: async (commits) => … })`. All
 * others are the store's, those that it has beyond the contract too. What you write calls `store` itself to go on.
 */
export function wrapStore<Store extends EventStore>(store: Store, members: Partial<EventStore>): Store {
  return wrapMembers(store, members)
}

/** The same for anything whose methods are called on itself: what a store consists of, too. */
export function wrapMembers<Part extends object, Whole extends Part>(whole: Whole, members: Partial<Part>): Whole {
  const own = new Map<PropertyKey, unknown>(Object.entries(members))
  return new Proxy(whole, {
    get(target, name) {
      if (own.has(name)) return own.get(name)
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      // A store's methods work on its private fields, which a proxy does not have. Kept, so that a method equals itself.
      const bound: unknown = member.bind(target)
      own.set(name, bound)
      return bound
    },
  })
}
