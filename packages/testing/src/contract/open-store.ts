import type { EventStore } from 'eventcore'

/** Opens an empty store for one test of the suite. */
export type OpenStore = () => Promise<OpenedStore>

export interface OpenedStore {
  readonly store: EventStore
  /** Opens the data of {@link store} again. The suite closes every store on that data first. */
  reopen?(): Promise<EventStore>
  /**
   * Opens the same data a second time, beside {@link store}, as another process would: its own connections, nothing
   * shared in memory.
   */
  openAnother?(): Promise<EventStore>
  /** Moves the clock by which the store's leases expire. Default: the suite waits. */
  passTime?(ms: number): void | Promise<void>
  /** Called last, when the suite has closed every store that it got. */
  cleanup?(): Promise<void>
}

/** What a store may honestly lack. Everything else in the contract is owed by every store. */
export interface StoreCapabilities {
  /** What was committed is there after the store was closed and opened again. Needs {@link OpenedStore.reopen}. */
  readonly reopen: boolean
  /** Several handles on the same data at once. Needs {@link OpenedStore.openAnother}. */
  readonly severalHandles: boolean
}
