import type { CommitRecord } from 'eventcore'
import type { Anomaly } from './anomaly.ts'
import { itemAt } from './bounds.ts'
import type { CommandCall } from './history.ts'
import type { LogIndex } from './log-index.ts'

/** Check 1: versions without hole or duplicate, ids unique, every commit somebody's, no command twice. */
export function checkLog(
  index: LogIndex,
  byCommand: ReadonlyMap<string, readonly CommandCall[]>,
  isExpected: (commit: CommitRecord) => boolean,
): Anomaly[] {
  const anomalies: Anomaly[] = []
  const lastVersions = new Map<string, number>()
  const repeated = new Map<string, string[]>()
  for (let i = 0; i < index.log.length; i++) {
    const { id, stream, version } = itemAt(index.log, i)
    const expected = (lastVersions.get(stream) ?? 0) + 1
    if (version !== expected) {
      anomalies.push({ kind: 'version-order', stream, expected, actual: version, eventId: id })
    }
    lastVersions.set(stream, version)
    const first = index.eventWithId(id)
    if (first !== i) {
      const streams = repeated.get(id) ?? [itemAt(index.log, first).stream]
      streams.push(stream)
      repeated.set(id, streams)
    }
  }
  for (const [eventId, streams] of repeated) anomalies.push({ kind: 'duplicate-event', eventId, streams })

  for (const { commandId, record, events } of index.commits) {
    const eventIds = () => events.map((event) => itemAt(index.log, event).id)
    if (!byCommand.has(commandId) && !isExpected(record)) {
      anomalies.push({ kind: 'unknown-command', commandId, eventIds: eventIds() })
    }
    if (events.some((event) => !sameCommit(itemAt(index.log, event).commit, record))) {
      anomalies.push({ kind: 'committed-twice', commandId, eventIds: eventIds() })
    }
  }
  return anomalies
}

/** Events of one commit share its record. Stores hand out one object for all of them, so this is mostly one comparison. */
function sameCommit(one: CommitRecord, other: CommitRecord): boolean {
  if (one === other) return true
  return (
    one.commandName === other.commandName &&
    one.inputHash === other.inputHash &&
    one.recordedAt === other.recordedAt &&
    one.correlationId === other.correlationId &&
    one.causationId === other.causationId &&
    one.metadata === other.metadata &&
    one.reads.length === other.reads.length &&
    one.reads.every((read, i) => read.stream === other.reads[i]?.stream && read.version === other.reads[i]?.version)
  )
}
