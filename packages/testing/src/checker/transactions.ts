import { itemAt } from './bounds.ts'
import type { CommandCall, ReadObservation } from './history.ts'
import type { LogIndex } from './log-index.ts'

/**
 * What is to be put into one order: every commit of the log, and every acknowledged call without writes (a query, a
 * rejection, an empty decision), which read something and was told that it is true.
 */
export interface Transaction {
  readonly commandId: string
  readonly process: string | undefined
  /** -Infinity where no client recorded it. */
  readonly invokedAt: number
  /** Infinity where no client was ever told that it happened. */
  readonly completedAt: number
  readonly reads: readonly ReadObservation[]
  /** Index into the commits of the log; -1 for one without writes. */
  readonly commit: number
}

/**
 * The calls of each command id: more than one where a client repeated a command under its id.
 * @throws RangeError when a call ends before it begins: no clock that the checker can use.
 */
export function callsByCommand(calls: readonly CommandCall[]): ReadonlyMap<string, readonly CommandCall[]> {
  const byCommand = new Map<string, CommandCall[]>()
  for (const call of calls) {
    if (call.completedAt !== undefined && call.completedAt < call.invokedAt) {
      throw new RangeError(
        `The call of ${call.commandId} completed at ${call.completedAt}, before it was invoked at ${call.invokedAt}: its clock is not monotonic.`,
      )
    }
    const earlier = byCommand.get(call.commandId)
    if (earlier === undefined) byCommand.set(call.commandId, [call])
    else earlier.push(call)
  }
  return byCommand
}

/** The commits first, numbered as in the log, then the calls without writes. */
export function transactionsOf(
  index: LogIndex,
  calls: readonly CommandCall[],
  byCommand: ReadonlyMap<string, readonly CommandCall[]>,
): readonly Transaction[] {
  const transactions: Transaction[] = []
  for (let commit = 0; commit < index.commits.length; commit++) {
    const { commandId, record } = itemAt(index.commits, commit)
    transactions.push(committed(commandId, commit, record.reads, byCommand.get(commandId) ?? []))
  }
  for (const call of calls) {
    if (call.status !== 'ok' || call.writes.length > 0) continue
    const { commandId, process, invokedAt, completedAt = Number.POSITIVE_INFINITY, reads } = call
    transactions.push({ commandId, process, invokedAt, completedAt, reads, commit: -1 })
  }
  return transactions
}

/** Invoked with the first of its calls, completed with the first one that was told so. */
function committed(
  commandId: string,
  commit: number,
  recorded: readonly ReadObservation[],
  calls: readonly CommandCall[],
): Transaction {
  let invokedAt = calls.length === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  let completedAt = Number.POSITIVE_INFINITY
  let told: CommandCall | undefined
  for (const call of calls) {
    invokedAt = Math.min(invokedAt, call.invokedAt)
    if (call.status !== 'ok' || call.writes.length === 0) continue
    told ??= call
    completedAt = Math.min(completedAt, call.completedAt ?? Number.POSITIVE_INFINITY)
  }
  // What the client says it read is the claim to be tested; the record stands in where the client died or was not told.
  const reads = told?.reads ?? recorded
  return { commandId, process: (told ?? calls[0])?.process, invokedAt, completedAt, reads, commit }
}
