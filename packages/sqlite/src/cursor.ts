import { asCursor, type Cursor, InvalidCursor, type Position } from 'eventcore'

/** Where a cursor stands: the last event scanned, by position and id. */
export interface ScannedEvent {
  readonly position: number
  readonly id: string
}

export const encodeCursor = ({ position, id }: ScannedEvent): Cursor => asCursor(`${position}:${id}`)

/** @throws InvalidCursor (`INVALID_CURSOR`) */
export function decodeCursor(cursor: Cursor, operation: string): ScannedEvent {
  const [, position, id] = /^([1-9]\d{0,15}):(.+)$/su.exec(cursor) ?? []
  if (position === undefined || id === undefined || !Number.isSafeInteger(Number(position)))
    throw new InvalidCursor(operation, cursor, 'it does not have the form position:event')
  return { position: Number(position), id }
}

/** @throws InvalidCursor (`INVALID_CURSOR`) */
export function decodePosition(position: Position, operation: string): number {
  if (!/^[1-9]\d{0,15}$/.test(position) || !Number.isSafeInteger(Number(position)))
    throw new InvalidCursor(operation, position, 'positions are whole numbers here')
  return Number(position)
}
