import { InvalidCommit } from '../errors/store-errors.ts'
import type { Commit } from './commit.ts'

/**
 * What every store refuses before any I/O, written once. Stores call it first in `append`.
 * @throws InvalidCommit (`INVALID_COMMIT`)
 */
export function assertValidCommits(commits: readonly Commit[]): void {
  if (!isAscending(commits)) assertUniqueIds(commits)
  for (const commit of commits) assertValidCommit(commit)
}

/** Each id after the one before it, as UUIDv7 made by one process nearly always are: then none is there twice, and no set is needed. */
function isAscending(commits: readonly Commit[]): boolean {
  for (let i = 1; i < commits.length; i++)
    if (!((commits[i] as Commit).commandId > (commits[i - 1] as Commit).commandId)) return false
  return true
}

function assertUniqueIds(commits: readonly Commit[]): void {
  const ids = new Set<string>()
  for (const { commandId } of commits) {
    if (ids.has(commandId)) throw new InvalidCommit(commandId, 'the batch names this command id twice.')
    ids.add(commandId)
  }
}

function assertValidCommit(commit: Commit): void {
  const { checks, events, commandId, recordedAt } = commit
  // A clock in fractions (`performance.now`) would be cut by one store, kept by another and refused by a third.
  if (!Number.isSafeInteger(recordedAt))
    throw new InvalidCommit(
      commandId,
      `it was recorded at ${recordedAt}; a whole number of milliseconds is expected. Commands take it from the clock of their executor, the option "now".`,
    )
  for (let i = 0; i < checks.length; i++) {
    const check = checks[i] as Commit['checks'][number]
    if ((check.version === 0) !== (check.headId === null))
      throw new InvalidCommit(
        commandId,
        `the check of "${check.stream}" at version ${check.version} must ${check.version === 0 ? 'not ' : ''}name the event that stands there.`,
      )
    if (!Number.isSafeInteger(check.version) || check.version < 0 || check.base < 0 || check.base > check.version)
      throw new InvalidCommit(
        commandId,
        `the check of "${check.stream}" has version ${check.version} and base ${check.base}; whole numbers with 0 ≤ base ≤ version are expected.`,
      )
  }
  const checked = checks.length > 1 ? new Set(checks.map((check) => check.stream)) : undefined
  if (checked !== undefined && checked.size !== checks.length)
    throw new InvalidCommit(commandId, 'a stream is checked twice.')
  for (const event of events) {
    const declared = checked === undefined ? checks[0]?.stream === event.stream : checked.has(event.stream)
    if (!declared) throw new InvalidCommit(commandId, `it writes to "${event.stream}" without checking it.`)
  }
}
