/**
 * Command ids are nearly always UUIDs, and the unique index on them is one of the two that every commit writes to: as 16
 * bytes they take less than half of the room. Only the canonical lower-case form is packed, since only that one comes
 * back as it was; any other id is kept as text. SQLite never takes a BLOB for a TEXT, so the two cannot collide.
 */
export type CommandKey = string | Uint8Array<ArrayBuffer>

const NO_DIGIT = 16
const DIGITS = new Uint8Array(128).fill(NO_DIGIT)
const HEX: string[] = []
for (let i = 0; i < 16; i++) DIGITS['0123456789abcdef'.charCodeAt(i)] = i
for (let i = 0; i < 256; i++) HEX.push(i.toString(16).padStart(2, '0'))

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

export function commandIdOf(key: CommandKey): string {
  if (typeof key === 'string') return key
  let id = ''
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) id += '-'
    id += HEX[key[i] ?? 0]
  }
  return id
}
