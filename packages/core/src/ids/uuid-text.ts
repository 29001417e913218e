/** The 16 bytes of a UUID. Named, so that each is known to be there. */
export type UuidBytes = Readonly<Record<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15, number>>

/**
 * A UUID as text. All written out, since `fromCharCode` then makes the text in one go: by way of a buffer an id took 0.20 µs with the generator, and
 * it takes 0.15.
 */
export function uuidText(bytes: UuidBytes): string {
  return String.fromCharCode(
    high(bytes[0]),
    low(bytes[0]),
    high(bytes[1]),
    low(bytes[1]),
    high(bytes[2]),
    low(bytes[2]),
    high(bytes[3]),
    low(bytes[3]),
    HYPHEN,
    high(bytes[4]),
    low(bytes[4]),
    high(bytes[5]),
    low(bytes[5]),
    HYPHEN,
    high(bytes[6]),
    low(bytes[6]),
    high(bytes[7]),
    low(bytes[7]),
    HYPHEN,
    high(bytes[8]),
    low(bytes[8]),
    high(bytes[9]),
    low(bytes[9]),
    HYPHEN,
    high(bytes[10]),
    low(bytes[10]),
    high(bytes[11]),
    low(bytes[11]),
    high(bytes[12]),
    low(bytes[12]),
    high(bytes[13]),
    low(bytes[13]),
    high(bytes[14]),
    low(bytes[14]),
    high(bytes[15]),
    low(bytes[15]),
  )
}

const HYPHEN = 45
const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))

// There are 16 digits, so each of these is there.
const high = (byte: number): number => DIGITS[byte >> 4] as number
const low = (byte: number): number => DIGITS[byte & 15] as number
