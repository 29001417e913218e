import {
  asPosition,
  type Commit,
  type CommitResult,
  type Conflicted,
  MISSED_EVENTS_LIMIT,
  type Position,
  type RecordedCommit,
  type StoredEvent,
  type StreamCheck,
  type StreamConflict,
} from 'eventcore'

/** What the append function says when a commit did not succeed. Commits, checks and streams are numbered from 1. */
export interface BatchProblems {
  /** Which commits succeeded. */
  readonly ok: readonly boolean[]
  /** Command ids that are recorded already. */
  readonly duplicates: readonly string[]
  readonly conflicts:
    | readonly (readonly [commit: number, check: number, version: number, headId: string | null])[]
    | null
  readonly missed:
    | readonly (readonly [stream: number, version: number, position: string, id: string, type: string, data: string])[]
    | null
}

/** Results of a batch that succeeded as a whole. */
export function committedResults(commits: readonly Commit[], firstPosition: string | null): CommitResult[] {
  const positionOf = positionsFrom(firstPosition)
  let next = 0
  return commits.map((commit) => {
    const result = successOf(commit, next, positionOf)
    next += commit.events.length
    return result
  })
}

/**
 * @param streams as the batch numbered them
 * @param recorded the commits with the ids that are duplicates
 */
export function mixedResults(
  commits: readonly Commit[],
  streams: readonly string[],
  firstPosition: string | null,
  { ok, duplicates, conflicts, missed }: BatchProblems,
  recorded: ReadonlyMap<string, RecordedCommit>,
): CommitResult[] {
  const positionOf = positionsFrom(firstPosition)
  const missedOf = missedByStream(missed ?? [], streams)
  const failing = new Map<number, NonNullable<BatchProblems['conflicts']>[number][]>()
  for (const conflict of conflicts ?? []) {
    const others = failing.get(conflict[0])
    if (others === undefined) failing.set(conflict[0], [conflict])
    else others.push(conflict)
  }
  const known = new Set(duplicates)
  let next = 0
  let nextCheck = 0
  let budget = MISSED_EVENTS_LIMIT
  return commits.map((commit, c): CommitResult => {
    const firstEvent = next
    const firstCheck = nextCheck
    next += commit.events.length
    nextCheck += commit.checks.length
    if (ok[c] === true) return successOf(commit, firstEvent, positionOf)
    const first = recorded.get(commit.commandId)
    if (known.has(commit.commandId) && first !== undefined) return { status: 'duplicate', commit: first }
    const found = (failing.get(c + 1) ?? []).map(([, check, version, headId]): StreamConflict => {
      const failed = commit.checks[check - 1 - firstCheck] as StreamCheck
      const conflict = conflictOf(failed, version, headId, missedOf.get(failed.stream) ?? [], budget)
      budget -= conflict.missed.length
      return conflict
    })
    return { status: 'conflict', conflicts: found } satisfies Conflicted
  })
}

function conflictOf(
  check: StreamCheck,
  version: number,
  headId: string | null,
  events: readonly StoredEvent[],
  budget: number,
): StreamConflict {
  const { base } = check
  // The events of a stream have no gaps, so the first one says where the others are.
  const offset = base + 1 - (events[0]?.version ?? base + 1)
  const missed = offset < 0 ? [] : events.slice(offset, offset + Math.min(budget, version - base))
  return {
    stream: check.stream,
    expectedVersion: check.version,
    expectedHeadId: check.headId,
    actualVersion: version,
    actualHeadId: headId,
    missed,
    missedComplete: base + missed.length >= version,
  }
}

function missedByStream(
  missed: NonNullable<BatchProblems['missed']>,
  streams: readonly string[],
): Map<string, StoredEvent[]> {
  const byStream = new Map<string, StoredEvent[]>()
  for (const [index, version, position, id, type, data] of missed) {
    const stream = streams[index - 1] as string
    const event: StoredEvent = { id, stream, type, data, version, position: asPosition(position) }
    const others = byStream.get(stream)
    if (others === undefined) byStream.set(stream, [event])
    else others.push(event)
  }
  return byStream
}

function successOf(commit: Commit, firstEvent: number, positionOf: (event: number) => Position): CommitResult {
  if (commit.events.length === 0) return { status: 'verified' }
  return { status: 'committed', positions: commit.events.map((_, e) => positionOf(firstEvent + e)) }
}

/** The position of each event of a batch, from that of its first one. */
function positionsFrom(first: string | null): (event: number) => Position {
  if (first === null) return () => asPosition('')
  const number = Number(first)
  // Beyond 2^53 a number would lose the last digits.
  if (number < 2 ** 52) return (event) => asPosition(String(number + event))
  const big = BigInt(first)
  return (event) => asPosition(String(big + BigInt(event)))
}
