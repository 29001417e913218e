/**
 * Command ids are nearly always UUIDs, and the unique index on them is one of the two that every commit writes to: as 16
 * bytes they take less than half of the room. Only the canonical lower-case form is packed, since only that one comes
 * back as it was; any other id is kept as text. SQLite never takes a BLOB for a TEXT, so the two cannot collide.
 */
export type CommandKey = string | Uint8Array<ArrayBuffer>

/**
 * The id in a SELECT: `x` and the digits of a UUID, or `t` and the text. SQLite writes the digits faster than Node hands
 * over bytes: 0.6 instead of 1.0 µs per row of `eventcore_commits`.
 */
export const COMMAND_ID_COLUMN =
  "iif(typeof(command_id) = 'blob', 'x' || lower(hex(command_id)), 't' || command_id) AS command_id"

/** What {@link COMMAND_ID_COLUMN} gives, as the id that it was. @throws Error for bytes that are no UUID: the row was damaged */
export function commandIdOf(column: string): string {
  if (column.startsWith('t')) return column.slice(1)
  if (column.length !== 33) throw new Error(`a command id of ${(column.length - 1) / 2} bytes is none`)
  const part = (from: number, to: number): string => column.slice(from, to)
  return `${part(1, 9)}-${part(9, 13)}-${part(13, 17)}-${part(17, 21)}-${part(21, 33)}`
}

const NO_DIGIT = 16
const DIGITS = new Uint8Array(128).fill(NO_DIGIT)
for (let i = 0; i < 16; i++) DIGITS['0123456789abcdef'.charCodeAt(i)] = i

const isDash = (index: number): boolean => index === 8 || index === 13 || index === 18 || index === 23

export function commandKey(commandId: string): CommandKey {
  if (commandId.length !== 36) return commandId
  const bytes = new Uint8Array(16)
  let at = 0
  for (let i = 0; i < 36; i += 2) {
    if (isDash(i)) {
      if (commandId.charCodeAt(i) !== 45) return commandId
      i++
    }
    const high = DIGITS[commandId.charCodeAt(i)] ?? NO_DIGIT
    const low = DIGITS[commandId.charCodeAt(i + 1)] ?? NO_DIGIT
    if (high === NO_DIGIT || low === NO_DIGIT) return commandId
    bytes[at++] = (high << 4) | low
  }
  return bytes
}
