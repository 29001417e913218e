import { asCursor, type Cursor, FEED_START, InvalidCursor, type Position } from 'eventcore'
import { NIL_UUID } from '../append/column-writer.ts'

/** Where a cursor stands: on an event, by position and id, since after a restore another one may have the position. */
export interface FeedPoint {
  readonly position: bigint
  readonly id: string
}

/** Before the first event. */
export const BEGINNING: FeedPoint = { position: 0n, id: NIL_UUID }

const LARGEST = 2n ** 63n - 1n

export const cursorOf = (position: string, id: string): Cursor => asCursor(`${position}:${id}`)

/** @throws InvalidCursor (`INVALID_CURSOR`) */
export function pointOf(cursor: Cursor | undefined, operation: string): FeedPoint {
  if (cursor === undefined || cursor === FEED_START) return BEGINNING
  const [, digits, id] =
    /^([1-9]\d{0,18}):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/.exec(cursor) ?? []
  const position = digits === undefined ? 0n : BigInt(digits)
  if (id === undefined || position > LARGEST)
    throw new InvalidCursor(operation, cursor, 'it does not have the form position:event')
  return { position, id }
}

/** @throws InvalidCursor (`INVALID_CURSOR`) */
export function positionNumber(position: Position, operation: string): bigint {
  if (!/^[1-9]\d{0,18}$/.test(position))
    throw new InvalidCursor(operation, position, 'positions are whole numbers here')
  return BigInt(position)
}

export function comparePositions(a: Position, b: Position): number {
  const difference = positionNumber(a, 'comparePositions') - positionNumber(b, 'comparePositions')
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
