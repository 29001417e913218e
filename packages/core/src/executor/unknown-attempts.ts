import type { CommitOutcomeUnknown } from '../errors/store-errors.ts'
import type { Commit } from '../store/commit.ts'

/** Beside the error and not on it: they are no business of whoever catches it. */
const attemptsOf = new WeakMap<object, readonly Commit[]>()

/** Notes which attempts of the command may be committed yet. */
export function withAttempts(error: CommitOutcomeUnknown, attempts: readonly Commit[]): CommitOutcomeUnknown {
  attemptsOf.set(error, attempts)
  return error
}

/** The attempts that an execution has left behind which ended so. Who executes under the same id must not say that nothing was written. */
export function attemptsLeftBy(error: unknown): readonly Commit[] {
  return (typeof error === 'object' && error !== null ? attemptsOf.get(error) : undefined) ?? NONE
}

const NONE: readonly never[] = []
