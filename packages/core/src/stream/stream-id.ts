import { InvalidStreamId } from '../errors/definition-errors.ts'

/** The longest stream id, in code points. 255 × 4 bytes stays below the index limits of all stores. */
export const STREAM_ID_LIMIT = 255

/** Characters that stand for others in a stream pattern, and therefore for themselves nowhere. */
const PATTERN_CHARACTERS = /[*?[\]]/

/**
 * Unicode White_Space at either end, as the original library trims it: `\s` of JavaScript has U+FEFF beside and lacks
 * U+0085, so the set is written out.
 */
const WHITE_SPACE_AT_AN_END =
  /^[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]|[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]$/

/**
 * Refuses what cannot be a stream id in every store, before anything is read or written. Ids are compared byte by byte:
 * no trimming, no case folding, no Unicode normalisation.
 * @param kind the name of the stream definition that it is an id for
 * @throws InvalidStreamId (`INVALID_STREAM_ID`)
 */
export function assertStreamId(id: string, kind?: string): void {
  const reason = whyNotAStreamId(id)
  if (reason !== undefined) throw new InvalidStreamId(id, reason, kind)
}

/** Ids of this kind are valid and nearly all there are: letters, digits and a few signs, short. One test instead of five. */
const PLAIN_ID = /^[\w/.:@+-]{1,255}$/

function whyNotAStreamId(id: unknown): string | undefined {
  // Without types: what a misspelt property or a place behind the end of a list gives would be one stream for all of them.
  if (typeof id !== 'string') return 'is no text'
  if (PLAIN_ID.test(id)) return undefined
  if (id === '') return 'is empty'
  if (id.includes('\0')) return 'contains the character U+0000'
  if (!id.isWellFormed()) return 'contains half of a surrogate pair'
  if (PATTERN_CHARACTERS.test(id)) return 'contains one of the pattern characters * ? [ ]'
  if (WHITE_SPACE_AT_AN_END.test(id)) return 'begins or ends with white space'
  const length = codePointLength(id)
  if (length > STREAM_ID_LIMIT) return `is ${length} characters long, and ${STREAM_ID_LIMIT} is the limit`
  return undefined
}

/** The id without the name of its kind, which has no slash: `alice` of `account/alice`. */
export function keyOf(stream: string): string {
  return stream.slice(stream.indexOf('/') + 1)
}

/** Length in code points, of a well-formed string. */
export function codePointLength(text: string): number {
  let length = 0
  for (const _ of text) length++
  return length
}
