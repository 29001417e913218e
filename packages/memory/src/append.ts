import {
  asPosition,
  assertValidCommits,
  type Commit,
  type CommitRecord,
  type CommitResult,
  MISSED_EVENTS_LIMIT,
  type Position,
  type StoredEvent,
  type StreamCheck,
  type StreamConflict,
} from 'eventcore'
import type { EventLog } from './event-log.ts'
import { recordedCommit } from './find-commits.ts'

/** How many more missed events this call may report. */
interface MissedBudget {
  left: number
}

/**
 * The whole critical section: synchronous from the first check to the last insert. An `await` anywhere in here would
 * let another append in between, and both would pass the same check.
 */
export function append(log: EventLog, commits: readonly Commit[]): CommitResult[] {
  assertValidCommits(commits)
  const budget: MissedBudget = { left: MISSED_EVENTS_LIMIT }
  return commits.map((commit) => appendCommit(log, commit, budget))
}

function appendCommit(log: EventLog, commit: Commit, budget: MissedBudget): CommitResult {
  const recordedAt = log.commandIds.get(commit.commandId)
  if (recordedAt !== undefined) return { status: 'duplicate', commit: recordedCommit(log, recordedAt) }

  const { checks, events } = commit
  let conflicts: StreamConflict[] | undefined
  for (let i = 0; i < checks.length; i++) {
    const check = checks[i] as StreamCheck
    const stream = log.streams.get(check.stream)
    const head = stream === undefined ? undefined : stream[stream.length - 1]
    // Both, since another event may have come to stand at the version that was read.
    if ((head?.version ?? 0) === check.version && (head?.id ?? null) === check.headId) continue
    conflicts ??= []
    conflicts.push(conflictOf(check, stream, head, budget))
  }
  if (conflicts !== undefined) return { status: 'conflict', conflicts }

  if (events.length === 0) return { status: 'verified' }
  return { status: 'committed', positions: insert(log, commit) }
}

function conflictOf(
  check: StreamCheck,
  stream: readonly StoredEvent[] | undefined,
  head: StoredEvent | undefined,
  budget: MissedBudget,
): StreamConflict {
  const missed = stream === undefined ? [] : stream.slice(check.base, check.base + budget.left)
  budget.left -= missed.length
  return {
    stream: check.stream,
    expectedVersion: check.version,
    expectedHeadId: check.headId,
    actualVersion: head?.version ?? 0,
    actualHeadId: head?.id ?? null,
    missed,
    missedComplete: check.base + missed.length >= (head?.version ?? 0),
  }
}

function insert(log: EventLog, commit: Commit): Position[] {
  const record = recordOf(commit)
  log.commandIds.set(commit.commandId, log.events.length)
  return commit.events.map(({ id, stream, type, data }) => {
    const position = asPosition(String(log.events.length + 1))
    const events = log.streams.get(stream)
    const version = events === undefined ? 1 : events.length + 1
    const stored: StoredEvent = { id, stream, type, data, version, position }
    if (events === undefined) log.streams.set(stream, [stored])
    else events.push(stored)
    log.events.push(stored)
    log.records.push(record)
    return position
  })
}

function recordOf(commit: Commit): CommitRecord {
  const { commandId, commandName, inputHash, checks, recordedAt, correlationId, causationId, metadata } = commit
  const reads = checks.map(({ stream, version }) => ({ stream, version }))
  return { commandId, commandName, inputHash, reads, recordedAt, correlationId, causationId, metadata }
}
