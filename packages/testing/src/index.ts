export type {
  Anomaly,
  AnomalyKind,
  CycleClass,
  CycleName,
  CycleStep,
  DependencyKind,
} from './checker/anomaly.ts'
export { type CheckOptions, checkHistory } from './checker/check-history.ts'
export { type ProjectionModel, projectionModel, stateChecksum } from './checker/check-projections.ts'
export type { SubscriberExpectation } from './checker/check-subscribers.ts'
export { explainAnomaly } from './checker/explain-anomaly.ts'
export type {
  CallStatus,
  CommandCall,
  History,
  ProjectionObservation,
  ReadObservation,
  SentAttempt,
  SubscriberHistory,
  WriteObservation,
} from './checker/history.ts'
export {
  type AcknowledgedCall,
  HistoryRecorder,
  type HistoryRecorderOptions,
  type RecordedCall,
} from './checker/history-recorder.ts'
export { MalformedHistory } from './checker/malformed-history.ts'
export { digestJson, digestText } from './checker/payload-digest.ts'
export { readHistory } from './checker/read-history.ts'
export { type ReadLogOptions, readLog } from './checker/read-log.ts'
export type { Verdict, VerdictStatistics } from './checker/verdict.ts'
export type { OpenedStore, OpenStore, StoreCapabilities } from './contract/open-store.ts'
export { type ContractRunner, type StoreContractOptions, storeContract } from './contract/store-contract.ts'
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
export type {
  PostgresControl,
  PostgresServer,
  StartPostgresOptions,
} from './postgres/start-postgres.ts'
export { startPostgres } from './postgres/start-postgres.ts'
export type { TestDatabase } from './postgres/test-database.ts'
export { type Death, deathOf, dyingAt, KILL_SITES, type KillSite, type Mortal } from './projections/dying-at.ts'
export { foldOfLog } from './projections/fold-of-log.ts'
export type {
  LedgerEvent,
  LedgerOptions,
  LedgerRow,
  OpenedProjections,
  OpenProjections,
} from './projections/open-projections.ts'
export { deposit } from './projections/open-projections.ts'
export type { OwnerFault, Strike } from './projections/owner-faults.ts'
export { type PoisonContractOptions, poisonContract } from './projections/poison-contract.ts'
export type { PoisonLoad } from './projections/poison-load.ts'
export { type ProcessesContractOptions, processesContract } from './projections/processes-contract.ts'
export { isFoldOfLog, type ProjectingProcesses } from './projections/projecting-processes.ts'
export {
  playProjectionTest,
  projectionContract,
  projectionTests,
} from './projections/projection-contract.ts'
export type { ProjectionTest } from './projections/projection-test.ts'
export { type RebuildContractOptions, rebuildContract } from './projections/rebuild-contract.ts'
export type { RebuildLoad } from './projections/rebuild-load.ts'
export {
  BALANCE_LIMIT,
  LedgerAccount,
  type SqlLedgerStore,
  sqlLedger,
  sqlLedgerRows,
} from './projections/sql-ledger.ts'
export { type FailOvers, type TakeOverReport, takeOverProjecting } from './projections/take-over.ts'
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
export { explainReport } from './torture/explain-report.ts'
export type { FaultKind } from './torture/faults/fault-kind.ts'
export type { StrikeCounts } from './torture/faults/strikes.ts'
export type { Quantiles } from './torture/quantiles.ts'
export type { RoundReport } from './torture/round-report.ts'
export type { Sometimes } from './torture/sometimes.ts'
export type { TorturedModule } from './torture/targets/module-target.ts'
export type { OpenTorturedOptions, OpenTorturedStore } from './torture/targets/store-location.ts'
export { type TortureReport, torture } from './torture/torture.ts'
export type { TortureOptions } from './torture/torture-options.ts'
export type { WorkloadName } from './torture/workers/torture-workload.ts'
export type { OutcomeCounts } from './torture/workers/watch-outcomes.ts'
export type { WorkFigures } from './torture/workers/work.ts'
export { type ExecutorClientOptions, executorClient } from './workload/executor-client.ts'
export { followerProjections } from './workload/follower.ts'
export type { HandlerForm } from './workload/plan-executor.ts'
export type { RaceCounts } from './workload/race-clients.ts'
export {
  type CheckedRun,
  type ClientContext,
  raceAndCheck,
  runWorkload,
  type WorkloadOptions,
  type WorkloadRun,
} from './workload/run-workload.ts'
export { SeededRandom } from './workload/seeded-random.ts'
export type { PlannedCommand, PlannedDecision, PlannedEvent, StreamView, Views, Workload } from './workload/workload.ts'
export type { CommandEnd, WorkloadClient } from './workload/workload-client.ts'
export { workloads } from './workload/workloads.ts'
export { wrapStore } from './wrapping/wrap-store.ts'
