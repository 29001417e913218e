export { InvalidDefinition, InvalidStreamId, InvalidStreamPattern } from './errors/definition-errors.ts'
export { EventCoreError } from './errors/event-core-error.ts'
export { EventStoreError } from './errors/event-store-error.ts'
export {
  CommitOutcomeUnknown,
  InvalidCommit,
  InvalidCursor,
  LeaseLost,
  StoreClosed,
  StoreFailure,
  StoreUnavailable,
} from './errors/store-errors.ts'
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
export type { FeedEvent, FeedFilter, FeedPage, FeedQuery } from './store/feed.ts'
export type { Lease, LeaseStore } from './store/lease-store.ts'
export { asCursor, asPosition, type Cursor, type Position } from './store/position.ts'
export type { Snapshot, SnapshotStore } from './store/snapshot-store.ts'
export type { NewEvent, StoredEvent } from './store/stored-event.ts'
export { assertStreamId, STREAM_ID_LIMIT } from './stream/stream-id.ts'
export { compileStreamPattern } from './stream/stream-pattern.ts'
export { defineCommand, type CommandSpecification } from './command/define-command.ts'
export type { Command, CommandDefinition } from './command/command.ts'
export { type AnyRejection, ensure, reject, type Rejection } from './command/rejection.ts'
export type { CommandStream, ReadOnlyStream, StreamCollection, WritableStream } from './command/command-stream.ts'
export type { Emitted } from './command/emitted.ts'
export type { PendingRead, Read, ReadRequest } from './command/pending-read.ts'
export type { CommandContext, DiscoveryContext, HandlerContext } from './command/command-context.ts'
export type { Decision, HandlerResult, RejectionOf } from './command/decision.ts'
export type { Timeline } from './command/timeline.ts'
export type { Metadata } from './command/metadata.ts'
export type { CommittedEvent, CommittedOutcome, Outcome, OutcomeInfo, RejectedOutcome, RejectedOutcomeOf, StreamRead as OutcomeStream } from './command/outcome.ts'
export { defineStream, type StreamDefinition, type StreamSpecification } from './stream/define-stream.ts'
export { type EventData, type EventInput, type EventSchema, type EventSchemas, unchecked } from './stream/event-schema.ts'
export type { Fold, FoldedEvent, FoldSteps } from './stream/fold.ts'
export type { JsonCompatible } from './stream/json-compatible.ts'
export type { Access, AnyReference, References, StreamReference, StreamsReference } from './stream/stream-reference.ts'
