import type { RecordedCommit } from 'eventcore'
import type { EventLog } from './event-log.ts'

export function findCommits(log: EventLog, commandIds: readonly string[]): RecordedCommit[] {
  const found: RecordedCommit[] = []
  // A set, since a command id that is asked for twice is still one commit.
  for (const commandId of new Set(commandIds)) {
    const commit = log.commandIds.get(commandId)
    if (commit !== undefined) found.push(log.recordedCommitAt(commit))
  }
  return found
}
