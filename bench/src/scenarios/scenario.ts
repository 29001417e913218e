import type { Prepared, Task, Unit } from '../harness/task.ts'
import type { OpenedStore } from '../stores/open-store.ts'

/** Something that is done to a store and measured. */
export interface Scenario {
  readonly name: string
  /** As it stands in tables. */
  readonly title: string
  readonly unit: Unit
  /** How many connections the store has, where it has a pool. Default: the store's own. */
  readonly connections?: ((task: Task) => number) | undefined
  /** Fills the store, and warms up what is to be measured. In the first process of a task the store is empty. */
  prepare(store: OpenedStore, task: Task): Promise<Omit<Prepared, 'close'>>
}
