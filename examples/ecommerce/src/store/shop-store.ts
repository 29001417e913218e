import type { EventStore, ProjectionRunner, Reactor, ReactorRunnerOptions, RunnerOptions } from 'eventcore'
import type { ReadDatabase } from '../read-models/sql.ts'
import type { ReadModels } from './read-models.ts'

/** A running projection or reactor, whatever the transactions of its store are like. */
export type Runner = Pick<ProjectionRunner<unknown>, 'id' | 'prepare' | 'start' | 'stop' | 'status' | 'waitFor'>

/** Where the shop keeps its events and its read models: the one place that knows which database it is. */
export interface ShopStore {
  readonly events: EventStore
  readonly database: ReadDatabase
  readModels(options?: RunnerOptions): ReadModels
  reactor(reactor: Reactor, options: ReactorRunnerOptions): Runner
  close(): Promise<void>
}
