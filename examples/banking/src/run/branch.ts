import type { EventStore } from 'eventcore'
import { addCounts, type Counts, noCounts } from './counts.ts'
import { dayRows, type Share } from './day-rows.ts'
import { runRows } from './run-rows.ts'

/** Works off its share of the day: on the store of this process, or on its own in another one. */
export interface Branch {
  /** Where it works, in words for the report. */
  readonly place: string
  readonly counts: Counts
  /** Resolves when the branch could begin at once. */
  ready(): Promise<void>
  run(onProgress: (bytesRead: number) => void): Promise<void>
}

/** A branch in this process, with an executor of its own. */
export class LocalBranch implements Branch {
  readonly place = 'in this process'
  readonly counts = noCounts()
  readonly #store: EventStore
  readonly #concurrency: number
  readonly #share: Share

  constructor(store: EventStore, concurrency: number, share: Share) {
    this.#store = store
    this.#concurrency = concurrency
    this.#share = share
  }

  async ready(): Promise<void> {}

  async run(onProgress: (bytesRead: number) => void): Promise<void> {
    await runRows(dayRows(this.#share), {
      store: this.#store,
      concurrency: this.#concurrency,
      counts: this.counts,
      onProgress,
    })
  }
}

export const countsOf = (branches: readonly Branch[]): Counts => addCounts(branches.map(({ counts }) => counts))
