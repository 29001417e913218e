import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { StreamConflict } from '../store/commit.ts'
import { EventCoreError } from './event-core-error.ts'

/** Base of the errors of one command. Unless it says otherwise, nothing was written and nothing will be. */
export abstract class CommandError extends EventCoreError {
  readonly commandName: string
  readonly commandId: string

  constructor(commandName: string, commandId: string, message: string, options?: ErrorOptions) {
    super(`${commandName} (${commandId}): ${message}`, options)
    this.commandName = commandName
    this.commandId = commandId
  }
}

/** The command's schema refused its input. Nothing was read. */
export class InvalidInput extends CommandError {
  override readonly name = 'InvalidInput'
  readonly code = 'INVALID_INPUT'
  readonly retryable = false
  readonly issues: readonly StandardSchemaV1.Issue[]

  constructor(commandName: string, commandId: string, issues: readonly StandardSchemaV1.Issue[]) {
    super(commandName, commandId, `its input is not valid: ${describeIssues(issues)}.`)
    this.issues = issues
  }
}

/** `handle`, `streams`, `discover` or a fold threw, or returned what is no decision. The cause is the error thrown. */
export class HandlerFailed extends CommandError {
  override readonly name = 'HandlerFailed'
  readonly code = 'HANDLER_FAILED'
  readonly retryable = false
}

/** An event was made with `emit` and not returned by `handle`: it would have been lost. Return it, or do not make it. */
export class LostWrite extends CommandError {
  override readonly name = 'LostWrite'
  readonly code = 'LOST_WRITE'
  readonly retryable = false
  readonly lost: readonly { readonly stream: string; readonly type: string }[]

  constructor(
    commandName: string,
    commandId: string,
    lost: readonly { readonly stream: string; readonly type: string }[],
  ) {
    const events = lost.map(({ stream, type }) => `${type} on ${stream}`).join(', ')
    super(
      commandName,
      commandId,
      `handle made ${events} and did not return it, so it would be lost. Return every event that emit makes.`,
    )
    this.lost = lost
  }
}

/** `handle` returned an event that this execution did not make: of another command, another attempt, or twice the same. */
export class ForeignWrite extends CommandError {
  override readonly name = 'ForeignWrite'
  readonly code = 'FOREIGN_WRITE'
  readonly retryable = false
}

/** The command wants more streams, or more rounds of reading, than the executor allows. */
export class BoundaryTooLarge extends CommandError {
  override readonly name = 'BoundaryTooLarge'
  readonly code = 'BOUNDARY_TOO_LARGE'
  readonly retryable = false
}

/** The streams that the command read kept changing until its attempts or its time were used up. Nothing was written. */
export class ConcurrencyConflict extends CommandError {
  override readonly name = 'ConcurrencyConflict'
  readonly code = 'CONCURRENCY_CONFLICT'
  readonly retryable = true
  readonly attempts: number
  /** Every check that failed in the last attempt. */
  readonly conflicts: readonly Omit<StreamConflict, 'missed' | 'missedComplete'>[]

  constructor(
    commandName: string,
    commandId: string,
    attempts: number,
    conflicts: readonly StreamConflict[],
    limit: string,
  ) {
    const streams = conflicts
      .map((c) => `${c.stream} (read at version ${c.expectedVersion}, now at ${c.actualVersion})`)
      .join(', ')
    super(
      commandName,
      commandId,
      `not committed after ${attempts} attempts, since other commands kept changing ${streams || 'its streams'}. ${limit} Execute it again later, or spread the writes over more streams.`,
    )
    this.attempts = attempts
    this.conflicts = conflicts.map(({ stream, expectedVersion, expectedHeadId, actualVersion, actualHeadId }) => ({
      stream,
      expectedVersion,
      expectedHeadId,
      actualVersion,
      actualHeadId,
    }))
  }
}

/** The command's time was up before anything of it was written, and nothing of it will be. */
export class CommandTimeout extends CommandError {
  override readonly name = 'CommandTimeout'
  readonly code = 'COMMAND_TIMEOUT'
  readonly retryable = true
  readonly timeoutMs: number
  readonly attempts: number

  constructor(commandName: string, commandId: string, timeoutMs: number, attempts: number, options?: ErrorOptions) {
    super(
      commandName,
      commandId,
      `not decided and committed within ${timeoutMs} ms (${attempts} attempts). Nothing was written.`,
      options,
    )
    this.timeoutMs = timeoutMs
    this.attempts = attempts
  }
}

/** The caller's `AbortSignal` was aborted before anything was written. The cause is the signal's reason. */
export class CommandAborted extends CommandError {
  override readonly name = 'CommandAborted'
  readonly code = 'COMMAND_ABORTED'
  readonly retryable = true

  constructor(commandName: string, commandId: string, reason: unknown) {
    super(commandName, commandId, 'aborted by its caller. Nothing was written.', { cause: reason })
  }
}

/** The command id is recorded for another command, or for another input. Nothing was written. */
export class CommandIdReused extends CommandError {
  override readonly name = 'CommandIdReused'
  readonly code = 'COMMAND_ID_REUSED'
  readonly retryable = false

  constructor(commandName: string, commandId: string, recordedName: string) {
    const other = recordedName === commandName ? 'the same command with another input' : `the command ${recordedName}`
    super(
      commandName,
      commandId,
      `this command id belongs to ${other}. Use an id of its own for each command that is meant once.`,
    )
  }
}

/** Too many commands wait in this process already. Nothing was read or written. */
export class ExecutorOverloaded extends CommandError {
  override readonly name = 'ExecutorOverloaded'
  readonly code = 'EXECUTOR_OVERLOADED'
  readonly retryable = true
}

/** The executor was closed before the command. */
export class ExecutorClosed extends CommandError {
  override readonly name = 'ExecutorClosed'
  readonly code = 'EXECUTOR_CLOSED'
  readonly retryable = false
}

/** Thrown by `executeOrThrow` when the command rejects. */
export class CommandRejected<Code extends string = string, Detail = unknown> extends CommandError {
  override readonly name = 'CommandRejected'
  readonly code = 'COMMAND_REJECTED'
  readonly retryable = false
  readonly rejection: Code
  readonly detail: Detail

  constructor(commandName: string, commandId: string, rejection: Code, detail: Detail) {
    super(commandName, commandId, `rejected with ${rejection}.`)
    this.rejection = rejection
    this.detail = detail
  }
}

/** What a schema found, as one line. */
export function describeIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  const lines = issues.slice(0, 5).map(({ message, path }) => {
    const keys = (path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    return keys.length === 0 ? message : `${keys.join('.')}: ${message}`
  })
  if (issues.length > lines.length) lines.push(`and ${issues.length - lines.length} more`)
  return lines.join('; ')
}
