import { asPosition, type StoredEvent } from 'eventcore'

/** A row of `eventcore_events` without its stream. */
export type EventRow = readonly [position: number, version: number, id: string, type: string, data: string]

export const EVENT_COLUMNS = 'e.position, e.version, e.id, e.type, e.data'

export function decodeEvent(row: EventRow, stream: string): StoredEvent {
  return { id: row[2], stream, type: row[3], data: row[4], version: row[1], position: asPosition(String(row[0])) }
}
