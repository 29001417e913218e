import {
  asPosition,
  type CommitRecord,
  type FeedEvent,
  type RecordedCommit,
  type StoredEvent,
  type StreamVersion,
} from 'eventcore'
import type { Row } from '../connection/statement.ts'

/** An event as its row has it, and on the first event of a commit its record. */
export interface EventRow {
  readonly position: string
  readonly version: number
  readonly id: string
  /** Its place in the commit, from 0. */
  readonly ordinal: number
  /** Which stream of the commit's read set it went to, from 0. */
  readonly readIndex: number
  readonly type: string
  readonly data: string
  readonly record: CommitRecord | undefined
}

/** Its columns: position, version, recorded at, id, ordinal, index in the read set, type, data, and the record. */
export function eventRow(row: Row): EventRow {
  const [position, version, recordedAt, id, ordinal, readIndex, type, data, commandId, ...record] = row
  return {
    position: position as string,
    version: Number(version),
    id: id as string,
    // 0 may be left out.
    ordinal: Number(ordinal),
    readIndex: Number(readIndex),
    type: type as string,
    data: data as string,
    record: commandId == null ? undefined : commitRecord(commandId, Number(recordedAt), record),
  }
}

function commitRecord(
  commandId: string,
  recordedAt: number,
  [commandName, inputHash, correlationId, causationId, metadata, reads]: Row,
): CommitRecord {
  return {
    commandId,
    commandName: commandName as string,
    inputHash: inputHash as string,
    reads: readSet(reads as string),
    recordedAt,
    correlationId: correlationId ?? commandId,
    causationId: causationId ?? null,
    metadata: metadata ?? '{}',
  }
}

/** From one flat array: id, version, id, version, … */
function readSet(json: string): StreamVersion[] {
  const flat = JSON.parse(json) as (string | number)[]
  const reads: StreamVersion[] = []
  for (let i = 0; i < flat.length; i += 2) reads.push({ stream: flat[i] as string, version: flat[i + 1] as number })
  return reads
}

export function feedEvent({ position, version, id, readIndex, type, data }: EventRow, commit: CommitRecord): FeedEvent {
  const { stream } = commit.reads[readIndex] as StreamVersion
  return { id, stream, type, data, version, position: asPosition(position), commit }
}

/** Rows of whole commits, in position order. */
export function recordedCommits(rows: readonly Row[]): RecordedCommit[] {
  const commits: (CommitRecord & { events: StoredEvent[] })[] = []
  for (const row of rows) {
    const event = eventRow(row)
    if (event.record !== undefined) commits.push({ ...event.record, events: [] })
    const commit = commits.at(-1) as (typeof commits)[number]
    const { commit: _, ...stored } = feedEvent(event, commit)
    commit.events.push(stored)
  }
  return commits
}
