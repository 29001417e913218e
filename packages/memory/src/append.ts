import {
  asPosition,
  assertValidCommits,
  type Commit,
  type CommitRecord,
  type CommitResult,
  EventStoreError,
  MISSED_EVENTS_LIMIT,
  type Position,
  type StoredEvent,
  type StreamCheck,
  type StreamConflict,
} from 'eventcore'
import type { EventLog } from './event-log.ts'
import { recordedCommit } from './find-commits.ts'

/** Runs the inline projections on the events from this index on, or throws and has changed nothing. */
export type InlineStep = (start: number) => void

/** How many more missed events this call may report. */
interface MissedBudget {
  left: number
}

/**
 * The whole critical section: synchronous from the first check to the last insert. An `await` anywhere in here would
 * let another append in between, and both would pass the same check.
 */
export function append(log: EventLog, commits: readonly Commit[], project?: InlineStep): CommitResult[] {
  assertValidCommits(commits)
  const budget: MissedBudget = { left: MISSED_EVENTS_LIMIT }
  return commits.map((commit) => appendCommit(log, commit, budget, project))
}

function appendCommit(log: EventLog, commit: Commit, budget: MissedBudget, project?: InlineStep): CommitResult {
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
  const start = log.events.length
  const positions = insert(log, commit)
  try {
    project?.(start)
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error
    takeBack(log, commit, start)
    return { status: 'failed', error }
  }
  return { status: 'committed', positions }
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
  log.commandIds.add(commit.commandId, log.events.length)
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

function takeBack(log: EventLog, { commandId }: Commit, start: number): void {
  log.commandIds.takeBackLast(commandId)
  log.records.length = start
  for (const { stream } of log.events.splice(start).reverse()) {
    const events = log.streams.get(stream)
    events?.pop()
    if (events?.length === 0) log.streams.delete(stream)
  }
}

function recordOf(commit: Commit): CommitRecord {
  const { commandId, commandName, inputHash, checks, recordedAt, correlationId, causationId, metadata } = commit
  const reads = checks.map(({ stream, version }) => ({ stream, version }))
  return { commandId, commandName, inputHash, reads, recordedAt, correlationId, causationId, metadata }
}
