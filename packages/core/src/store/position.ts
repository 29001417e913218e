declare const positionBrand: unique symbol
declare const cursorBrand: unique symbol

/**
 * Where an event stands in the order of all committed events. Opaque: only the store that made it can compare it.
 * Plain text, so that it can be kept in a database column, a header or a URL.
 */
export type Position = string & { readonly [positionBrand]: 'position' }

/**
 * Where a reader of the feed stands: everything up to here was scanned. Opaque, and not a {@link Position}: a store that
 * spreads streams over several nodes needs one position per node in it.
 */
export type Cursor = string & { readonly [cursorBrand]: 'cursor' }

/**
 * Before the first event, in every store. For a reader that keeps where it stands, and stands at the beginning: a store that is
 * empty has no other cursor.
 */
export const FEED_START = '0' as Cursor

/** Reads back a position that was kept as text. It is checked when a store uses it, not here. */
export const asPosition = (text: string): Position => text as Position

/** Reads back a cursor that was kept as text. It is checked when a store uses it, not here. */
export const asCursor = (text: string): Cursor => text as Cursor
