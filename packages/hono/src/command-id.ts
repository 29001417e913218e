import { hash } from 'node:crypto'

/** How long a command id may be. */
const ID_LIMIT = 255

/** What has a meaning in an id, or cannot be in a header: everything but visible ASCII, quotes, the slash and the percent sign. */
const TO_ESCAPE = /[^\x21\x23\x24\x26-\x2e\x30-\x7e]/gu

/**
 * The id of a command of a request: `key`, `scope/key`, or `…//part` for a part of the request. Two that differ in any of the three
 * never have the same id: none of them has a slash of its own. What is too long for an id is hashed, as `//` and 43 characters.
 * @param key escaped, as {@link idempotencyKey} gives it
 */
export function commandIdFrom(key: string, scope: string | undefined, part: string | undefined): string {
  const request = scope === undefined ? key : `${escaped(scope)}/${key}`
  const id = part === undefined ? request : `${request}//${escaped(part)}`
  return id.length <= ID_LIMIT ? id : `//${hash('sha256', id, 'base64url')}`
}

const escaped = (text: string): string =>
  // Half of a surrogate pair has no UTF-8, and must not become what other text is escaped to.
  text.replaceAll(TO_ESCAPE, (sign) => (sign.isWellFormed() ? encodeURIComponent(sign) : `%u${hexOf(sign)}`))

const hexOf = (sign: string): string => sign.charCodeAt(0).toString(16).toUpperCase()
