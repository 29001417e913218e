import type { Commit, CommitRecord, StreamVersion } from 'eventcore'
import { COMMAND_ID_COLUMN, commandIdOf } from './command-key.ts'

/** A row of `eventcore_commits`. */
export type CommitRow = readonly [
  position: number,
  commandId: string,
  events: number,
  commandName: string,
  inputHash: string,
  reads: string | null,
  recordedAt: number,
  correlationId: string | null,
  causationId: string | null,
  metadata: string | null,
]

export const COMMIT_COLUMNS = `position, ${COMMAND_ID_COLUMN}, events, command_name, input_hash, reads, recorded_at,
  correlation_id, causation_id, metadata`

/** Where one event of a commit stands: what {@link decodeCommit} needs to know about the streams. */
export interface EventPlace {
  readonly position: number
  readonly stream: string
  readonly version: number
}

/**
 * The read set as it is kept: NULL for a commit that checked one stream and wrote to it, the usual one. Its events
 * stand together in the feed and in the stream, so that any one of them tells the version that was read.
 */
export function encodeReads({ checks, events }: Commit): string | null {
  if (checks.length === 1 && events.length > 0) return null
  const flat: (string | number)[] = []
  for (const { stream, version } of checks) flat.push(stream, version)
  return JSON.stringify(flat)
}

export const encodeMetadata = (metadata: string): string | null => (metadata === '{}' ? null : metadata)

/** @param event one event of the commit, no matter which */
export function decodeCommit(row: CommitRow, event: EventPlace): CommitRecord {
  const [position, key, , commandName, inputHash, reads, recordedAt, correlationId, causationId, metadata] = row
  const commandId = commandIdOf(key)
  return {
    commandId,
    commandName,
    inputHash,
    reads:
      reads === null
        ? [{ stream: event.stream, version: event.version - 1 - (event.position - position) }]
        : decodeReads(reads),
    recordedAt,
    correlationId: correlationId ?? commandId,
    causationId,
    metadata: metadata ?? '{}',
  }
}

/** Pairs of a name and a version, as {@link encodeReads} writes them. @throws Error for anything else: the row was damaged */
function decodeReads(text: string): StreamVersion[] {
  const flat: unknown = JSON.parse(text)
  const reads: StreamVersion[] = []
  if (!Array.isArray(flat) || flat.length % 2 !== 0) throw unreadable(text)
  for (let i = 0; i < flat.length; i += 2) {
    const stream: unknown = flat[i]
    const version: unknown = flat[i + 1]
    if (typeof stream !== 'string' || !isVersion(version)) throw unreadable(text)
    reads.push({ stream, version })
  }
  return reads
}

const isVersion = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

const unreadable = (text: string): Error =>
  new Error(`the streams that a commit read cannot be read: ${text.slice(0, 200)}`)
