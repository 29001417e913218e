import type { CommitRecord, StoredEvent } from 'eventcore'
import { CommandIdIndex } from './command-id-index.ts'

/**
 * Everything committed. Only `append` changes it, in one synchronous step, so whoever looks at it without awaiting in
 * between sees one snapshot.
 */
export interface EventLog {
  /** All events in feed order. The event at index `i` has position `i + 1`. */
  readonly events: StoredEvent[]
  /**
   * The record of the commit that wrote the event at the same index: one object for all its events. A copy, which is
   * also cheaper than to keep the commit that was given: 1.3 against 1.6 µs per commit, for the garbage collector.
   */
  readonly records: CommitRecord[]
  /** The events of each stream in version order: version `v` is at index `v - 1`. Streams without events are absent. */
  readonly streams: Map<string, StoredEvent[]>
  /** Where in {@link events} the commit of a command id begins. */
  readonly commandIds: CommandIdIndex
}

export function createEventLog(): EventLog {
  const records: CommitRecord[] = []
  return { events: [], records, streams: new Map(), commandIds: indexOver(records) }
}

/** An empty index of command ids that stand in these records. */
export function indexOver(records: readonly CommitRecord[]): CommandIdIndex {
  return new CommandIdIndex((start) => (records[start] as CommitRecord).commandId)
}
