import type { CommitRecord, RecordedCommit } from 'eventcore'
import type { EventLog } from './event-log.ts'

export function findCommits(log: EventLog, commandIds: readonly string[]): RecordedCommit[] {
  const found: RecordedCommit[] = []
  // A set, since a command id that is asked for twice is still one commit.
  for (const commandId of new Set(commandIds)) {
    const start = log.commandIds.get(commandId)
    if (start !== undefined) found.push(recordedCommit(log, start))
  }
  return found
}

/** The commit whose first event is at this index: its events stand together and share one record. */
export function recordedCommit(log: EventLog, start: number): RecordedCommit {
  const record = log.records[start] as CommitRecord
  let end = start + 1
  while (log.records[end] === record) end++
  return { ...record, events: log.events.slice(start, end) }
}
