import {
  assertValidCommits,
  type Commit,
  type CommitResult,
  EventStoreError,
  type FeedEvent,
  MISSED_EVENTS_LIMIT,
  StoreFailure,
  type StreamCheck,
  type StreamConflict,
} from 'eventcore'
import { charactersOf, type EventLog } from './event-log.ts'
import { feedEvents } from './feed.ts'
import type { StreamHead } from './streams.ts'
import { LONGEST_ADDITION } from './text-segments.ts'

/** Runs the inline projections on the events of one commit, or throws and has changed nothing. */
export type InlineStep = (events: readonly FeedEvent[]) => void

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
  if (commits.length > 1) log.streams.bringNear(checkedStreams(commits))
  const budget: MissedBudget = { left: MISSED_EVENTS_LIMIT }
  const results = commits.map((commit) => appendCommit(log, commit, budget, project))
  log.seal()
  return results
}

/** Those of the first commits of a batch. The caches of a processor do not hold more. */
function checkedStreams(commits: readonly Commit[]): string[] {
  const streams: string[] = []
  for (const { checks } of commits) {
    if (streams.length >= STREAMS_NEAR) break
    for (const { stream } of checks) streams.push(stream)
  }
  return streams
}

const STREAMS_NEAR = 512

function appendCommit(log: EventLog, commit: Commit, budget: MissedBudget, project?: InlineStep): CommitResult {
  const recorded = log.commandIds.get(commit.commandId)
  if (recorded !== undefined) return { status: 'duplicate', commit: log.recordedCommitAt(recorded) }

  const { checks, events } = commit
  let conflicts: StreamConflict[] | undefined
  for (let i = 0; i < checks.length; i++) {
    const check = checks[i] as StreamCheck
    const head = log.streams.get(check.stream)
    // Both, since another event may have come to stand at the version that was read. `Object.is`, since `===` looks into the ids even where
    // they are one object, as a rule for the first time in a while: 0.2 µs of a command on 10,000 streams.
    if ((head?.version ?? 0) === check.version && Object.is(head?.id ?? null, check.headId)) continue
    conflicts ??= []
    conflicts.push(conflictOf(log, check, head, budget))
  }
  if (conflicts !== undefined) return { status: 'conflict', conflicts }

  if (events.length === 0) return { status: 'verified' }
  const characters = charactersOf(commit)
  if (characters > LONGEST_ADDITION) return { status: 'failed', error: tooLong(characters) }
  const start = log.length
  const positions = log.add(commit)
  if (project === undefined) return { status: 'committed', positions }
  try {
    project(feedEvents(log, start))
  } catch (error) {
    log.takeBackLast()
    if (!(error instanceof EventStoreError)) throw error
    return { status: 'failed', error }
  }
  return { status: 'committed', positions }
}

function conflictOf(
  log: EventLog,
  check: StreamCheck,
  head: StreamHead | undefined,
  budget: MissedBudget,
): StreamConflict {
  const missed = log.eventsOf(check.stream, check.base, check.base + budget.left)
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

const tooLong = (characters: number): StoreFailure =>
  new StoreFailure(
    `The texts of this commit have ${characters} characters together, and the memory store takes ${LONGEST_ADDITION} in one commit. Nothing of it was written. Keep what is so large elsewhere, and its place in the event.`,
    'append',
  )
