export {
  CallRecorder,
  type CallRecorderOptions,
  type RecordedOperation,
  type RecordedStoreCall,
  type StoreCall,
} from './doubles/call-recorder.ts'
export { Chaos, type ChaosFaults, type ChaosOptions } from './doubles/chaos.ts'
export { type ChosenAppends, type ConflictOptions, conflictsOn } from './doubles/conflicts-on.ts'
export {
  type CollectOptions,
  CollectorTimeout,
  type CollectorWait,
  collectEvents,
  type EventCollector,
  type TypedCollectOptions,
} from './doubles/event-collector.ts'
export { sequentialIds } from './doubles/sequential-ids.ts'
export { TestClock } from './doubles/test-clock.ts'
export type { PostgresControl, PostgresServer, StartPostgresOptions } from './postgres/start-postgres.ts'
export { startPostgres } from './postgres/start-postgres.ts'
export type { TestDatabase } from './postgres/test-database.ts'
export {
  type ErrorClass,
  type Expectation,
  type ExpectedError,
  type ExpectedNothing,
  type ExpectedRejection,
  type ExpectedRejectionOf,
  type ExpectedState,
  event,
  nothing,
  rejected,
  type SpecifiedEvent,
  state,
  throws,
} from './specification/expectations.ts'
export type { Given, GivenItem, Then, When } from './specification/given-when-then.ts'
export { given, type Specification, specification } from './specification/specification.ts'
export { SpecificationFailed } from './specification/specification-failed.ts'
export type { SpecificationOptions } from './specification/stage.ts'
export { wrapStore } from './wrapping/wrap-store.ts'
