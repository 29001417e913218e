export { type ExecutorClientOptions, executorClient } from '../workload/executor-client.ts'
export { followerProjections } from '../workload/follower.ts'
export type { HandlerForm } from '../workload/plan-executor.ts'
export type { RaceCounts } from '../workload/race-clients.ts'
export {
  type CheckedRun,
  type ClientContext,
  raceAndCheck,
  runWorkload,
  type WorkloadOptions,
  type WorkloadRun,
} from '../workload/run-workload.ts'
export { SeededRandom } from '../workload/seeded-random.ts'
export type {
  PlannedCommand,
  PlannedDecision,
  PlannedEvent,
  StreamView,
  Views,
  Workload,
} from '../workload/workload.ts'
export type { CommandEnd, WorkloadClient } from '../workload/workload-client.ts'
export { workloads } from '../workload/workloads.ts'
export type { Anomaly, AnomalyKind, CycleClass, CycleName, CycleStep, DependencyKind } from './anomaly.ts'
export { type CheckOptions, checkHistory } from './check-history.ts'
export { type ProjectionModel, projectionModel, stateChecksum } from './check-projections.ts'
export type { SubscriberExpectation } from './check-subscribers.ts'
export { explainAnomaly } from './explain-anomaly.ts'
export type {
  CallStatus,
  CommandCall,
  History,
  ProjectionObservation,
  ReadObservation,
  SentAttempt,
  SubscriberHistory,
  WriteObservation,
} from './history.ts'
export {
  type AcknowledgedCall,
  HistoryRecorder,
  type HistoryRecorderOptions,
  type RecordedCall,
} from './history-recorder.ts'
export { MalformedHistory } from './malformed-history.ts'
export { digestJson, digestText } from './payload-digest.ts'
export { readHistory } from './read-history.ts'
export { type ReadLogOptions, readLog } from './read-log.ts'
export type { Verdict, VerdictStatistics } from './verdict.ts'
