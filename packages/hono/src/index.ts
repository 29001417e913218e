export { entityTag, ifMatch, isNotModified } from './entity-tag.ts'
export { type EventStreamOptions, eventStream, type FeedMessage } from './event-stream.ts'
export {
  COMMAND_ID_HEADER,
  commandIdOf,
  execute,
  type HttpExecuteOptions,
  POSITION_HEADER,
  REPLAYED_HEADER,
} from './execute.ts'
export { type ExpectedVersions, ensureVersion, type VersionMismatch } from './expected-versions.ts'
export { handleProblems, notFoundProblem, type ProblemOptions } from './handle-problems.ts'
export { idempotencyKey } from './idempotency-key.ts'
export {
  HttpProblem,
  PROBLEM_CONTENT_TYPE,
  type Problem,
  problemTitle,
  problemType,
  respondProblem,
} from './problem.ts'
export { invalidRequest, problemOfError } from './problem-of-error.ts'
export { type ReadYourWritesOptions, readYourWrites, type Waitable } from './read-your-writes.ts'
export { type RejectionStatuses, rejected } from './rejected.ts'
