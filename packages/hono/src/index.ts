export { entityTag, ifMatch, isNotModified } from './entity-tag.ts'
export { type EventStreamOptions, eventStream, type FeedMessage } from './event-stream.ts'
export { commandIdOf, execute, type HttpExecuteOptions } from './execute.ts'
export { type ExpectedVersions, ensureVersion, type VersionMismatch } from './expected-versions.ts'
export { handleProblems, notFoundProblem, type ProblemOptions } from './handle-problems.ts'
export { idempotencyKey } from './idempotency-key.ts'
export { COMMAND_ID_HEADER, POSITION_HEADER, REPLAYED_HEADER } from './outcome-headers.ts'
export {
  HttpProblem,
  type OnOmitted,
  PROBLEM_CONTENT_TYPE,
  type Problem,
  problemTitle,
  problemType,
  respondProblem,
} from './problem.ts'
export { invalidRequest, problemOfError } from './problem-of-error.ts'
export { type ReadYourWritesOptions, readYourWrites, type Waitable } from './read-your-writes.ts'
export { type RejectionStatuses, rejected } from './rejected.ts'
export type { RequestIdOptions } from './request-commands.ts'
