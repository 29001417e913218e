import type { CommittedOutcome, OutcomeStream, RejectedOutcome } from '../command/outcome.ts'
import type { AnyRejection } from '../command/rejection.ts'
import type { RecordedCommit } from '../store/commit.ts'
import type { Position } from '../store/position.ts'
import type { BatchMember } from './batch.ts'
import type { Job } from './job.ts'

export function outcomeOfCommit(member: BatchMember, positions: readonly Position[]): CommittedOutcome {
  const { job, commit, pending } = member
  return {
    status: 'committed',
    commandId: commit.commandId,
    correlationId: commit.correlationId,
    streams: streamsOf(member),
    attempts: job.attempts,
    events: pending.map(({ id, stream, type, version, payload }, index) => ({
      id,
      stream,
      type,
      version,
      position: positions[index] as Position,
      data: payload,
    })),
    position: positions[positions.length - 1],
    alreadyCommitted: false,
  }
}

export function outcomeOfRejection(
  member: BatchMember,
  { code, detail }: AnyRejection,
): RejectedOutcome<string, unknown> {
  const { job } = member
  const { commandId, correlationId } = job.request
  return {
    status: 'rejected',
    code,
    detail,
    commandId,
    correlationId,
    streams: streamsOf(member),
    attempts: job.attempts,
  }
}

/** Copies: an outcome that is kept must not keep the cached states of its streams. */
function streamsOf({ attempt }: BatchMember): readonly OutcomeStream[] {
  return attempt.boundary.streams.map(copyOf)
}

function copyOf({ stream, version, found, access }: OutcomeStream): OutcomeStream {
  return { stream, version, found, access }
}

/**
 * The result of the first execution under a command id. Which streams that one found how is not recorded: those that this one knows
 * are told as it found them.
 */
export function outcomeOfRecord(job: Job, record: RecordedCommit): CommittedOutcome {
  const written = new Set(record.events.map(({ stream }) => stream))
  const known = knownStreams(job)
  return {
    status: 'committed',
    commandId: record.commandId,
    correlationId: record.correlationId,
    streams: record.reads.map(({ stream, version }) => {
      const { found, access } = known.get(stream) ?? { found: 'read', access: 'read-only' }
      return { stream, version, found, access: written.has(stream) ? 'read-write' : access }
    }),
    attempts: job.attempts,
    events: record.events.map(({ id, stream, type, version, position, data }) => ({
      id,
      stream,
      type,
      version,
      position,
      data: JSON.parse(data) as unknown,
    })),
    position: record.events[record.events.length - 1]?.position,
    // An attempt of this very execution whose answer was lost is no earlier execution.
    alreadyCommitted: !job.unknownAttempts.some(({ events }) => events[0]?.id === record.events[0]?.id),
  }
}

/** How the command declares its streams, and how its last run came upon them and upon others. */
function knownStreams({
  needed,
  declaredStreams,
  attempt,
}: Job): ReadonlyMap<string, Omit<OutcomeStream, 'stream' | 'version'>> {
  const known = new Map<string, Omit<OutcomeStream, 'stream' | 'version'>>()
  for (const { entry, reference } of needed.list.slice(0, declaredStreams))
    if (known.get(entry.stream)?.access !== 'read-write')
      known.set(entry.stream, { found: 'declared', access: reference.access })
  for (const { stream, found, access } of attempt?.boundary.streams ?? []) known.set(stream, { found, access })
  return known
}
