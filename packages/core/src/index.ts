export type { AnyCommand, Command, CommandDefinition, RejectionsOf } from './command/command.ts'
export type { CommandContext, DiscoveryContext, HandlerContext } from './command/command-context.ts'
export type { CommandStream, ReadOnlyStream, StreamCollection, WritableStream } from './command/command-stream.ts'
export type { Decision, HandlerResult, RejectionOf } from './command/decision.ts'
export { type CommandSpecification, defineCommand } from './command/define-command.ts'
export type { Emitted } from './command/emitted.ts'
export type { Metadata } from './command/metadata.ts'
export type {
  CommittedEvent,
  CommittedOutcome,
  Outcome,
  OutcomeInfo,
  OutcomeOf,
  OutcomeStream,
  RejectedOutcome,
  RejectedOutcomeOf,
} from './command/outcome.ts'
export type { PendingRead, Read, ReadRequest } from './command/pending-read.ts'
export { type AnyRejection, ensure, type Rejection, reject } from './command/rejection.ts'
export type { Timeline } from './command/timeline.ts'
export {
  BoundaryTooLarge,
  CommandAborted,
  CommandError,
  CommandIdReused,
  CommandRejected,
  CommandTimeout,
  ConcurrencyConflict,
  ExecutorClosed,
  ExecutorOverloaded,
  ForeignWrite,
  HandlerFailed,
  InvalidInput,
  LostWrite,
} from './errors/command-errors.ts'
export { InvalidDefinition, InvalidStreamId, InvalidStreamPattern } from './errors/definition-errors.ts'
export { EventCoreError } from './errors/event-core-error.ts'
export { EventDecodeError, InvalidEvent, StreamNotRead } from './errors/event-errors.ts'
export { EventStoreError } from './errors/event-store-error.ts'
export { InvalidOptions } from './errors/invalid-options.ts'
export { PayloadError } from './errors/payload-error.ts'
export {
  CheckpointAhead,
  CheckpointMoved,
  DeadLetterGone,
  EventParked,
  type FailedEvent,
  HandlerTimeout,
  ProjectionError,
  ProjectionHalted,
  ProjectionHandlerFailed,
  ProjectionWaitTimeout,
} from './errors/projection-errors.ts'
export {
  CommitOutcomeUnknown,
  InlineProjectionFailed,
  InvalidCommit,
  InvalidCursor,
  LeaseLost,
  StoreClosed,
  StoreFailure,
  StoreUnavailable,
} from './errors/store-errors.ts'
export { CommandExecutor } from './executor/command-executor.ts'
export type { Cause, ExecuteOptions, ExecutorOptions, RetryInfo, RetryReason } from './executor/executor-options.ts'
export { readState } from './executor/read-state.ts'
export type {
  AnyRecordedEvent,
  AnyStreamDefinition,
  EventCommit,
  EventOf,
  RecordedEvent,
} from './feed/recorded-event.ts'
export { readEvents, type SubscribeOptions, subscribe, type TypedSubscribeOptions } from './feed/subscribe.ts'
export { type EventPage, Subscription, type SubscriptionSettings } from './feed/subscription.ts'
export { createIdSource, type RandomSource, type UuidGenerator } from './ids/id-source.ts'
export { assertOptions, type OptionCheck, type OptionChecks, optionCheck } from './option-checks.ts'
export { encodeJson, PAYLOAD_DEPTH_LIMIT, PAYLOAD_SIZE_LIMIT } from './payload/encode-json.ts'
export type { DeadLetter, DeadLetterStore, NewDeadLetter } from './projection/dead-letter.ts'
export { DeadLetterDesk } from './projection/dead-letter-desk.ts'
export {
  type AllHandlers,
  type BatchProjection,
  type DefineProjection,
  defineProjection,
  defineProjectionFor,
  type EventHandler,
  type HandlerProjection,
  type HandlersOf,
  type Projection,
  type ProjectionBasics,
  type SomeHandlers,
} from './projection/define-projection.ts'
export type { Partition } from './projection/event-work.ts'
export type { FailurePolicy } from './projection/failure-policy.ts'
export { type InlineProjection, inlineProjections } from './projection/inline-projections.ts'
export {
  defineLiveProjection,
  type LiveProjection,
  type LiveSpecification,
  type LiveState,
  type LiveStep,
  type LiveSteps,
} from './projection/live-projection.ts'
export {
  PartitionedRunner,
  type PartitionedRunnerOptions,
  type PartitionedStatus,
} from './projection/partitioned-runner.ts'
export { ProjectionRunner } from './projection/projection-runner.ts'
export type { ProjectionState, ProjectionStatus } from './projection/projection-status.ts'
export type { ProjectingStore, ProjectionBatch, ProjectionTarget } from './projection/projection-target.ts'
export type { RunnerOptions, RunnerStateChange } from './projection/runner-options.ts'
export type { WaitedFor, WaitOptions } from './projection/wait-for.ts'
export {
  defineReactor,
  type Reactor,
  type ReactorContext,
  type ReactorSpecification,
} from './reactor/define-reactor.ts'
export { ReactorRunner, type ReactorRunnerOptions } from './reactor/reactor-runner.ts'
export { assertNames, assertTexts } from './store/assert-storable-text.ts'
export { assertValidCommits } from './store/assert-valid-commits.ts'
export type { Checkpoint, CheckpointStore } from './store/checkpoint-store.ts'
export type {
  Commit,
  CommitRecord,
  CommitResult,
  Committed,
  Conflicted,
  Duplicate,
  Failed,
  RecordedCommit,
  StreamCheck,
  StreamConflict,
  StreamVersion,
  Verified,
} from './store/commit.ts'
export {
  DEFAULT_READ_LIMIT,
  type EventStore,
  MISSED_EVENTS_LIMIT,
  type ReadOptions,
  type StreamInfo,
  type StreamListQuery,
  type StreamPageQuery,
  type StreamRead,
  type StreamSlice,
} from './store/event-store.ts'
export { type FeedEvent, type FeedFilter, type FeedPage, type FeedQuery, prefixesOf } from './store/feed.ts'
export type { Lease, LeaseStore } from './store/lease-store.ts'
export { asCursor, asPosition, type Cursor, FEED_START, type Position } from './store/position.ts'
export type { Snapshot, SnapshotStore } from './store/snapshot-store.ts'
export type { NewEvent, StoredEvent } from './store/stored-event.ts'
export {
  defineStream,
  type EventsOf,
  type StateOf,
  type StreamDefinition,
  type StreamSpecification,
} from './stream/define-stream.ts'
export type { Converted, EventData, EventInput } from './stream/event-payloads.ts'
export { type EventSchema, type EventSchemas, type PayloadOf, unchecked } from './stream/event-schema.ts'
export type { Fold, FoldedEvent, FoldSteps } from './stream/fold.ts'
export type { JsonCompatible } from './stream/json-compatible.ts'
export type { SnapshotOf, SnapshotPolicy } from './stream/snapshot-policy.ts'
export { assertStreamId, STREAM_ID_LIMIT } from './stream/stream-id.ts'
export { compileStreamPattern, type StreamPattern } from './stream/stream-pattern.ts'
export type { Access, AnyReference, References, StreamReference, StreamsReference } from './stream/stream-reference.ts'
