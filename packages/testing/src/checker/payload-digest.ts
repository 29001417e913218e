import { hash } from 'node:crypto'

const TEXT = 'text:'
const JSON_VALUE = 'json:'

/** Of an event whose JSON text must come back byte for byte, as the store contract demands. */
export function digestText(type: string, data: string): string {
  return TEXT + sha256(`${type}\n${data}`)
}

/** Of an event whose payload must come back as an equal JSON value: key order and spelling of numbers do not count. */
export function digestJson(type: string, data: unknown): string {
  return JSON_VALUE + sha256(`${type}\n${canonicalJson(data)}`)
}

/** Digests what was stored in the way in which `expected` was made. */
export function digestLike(expected: string, type: string, data: string): string {
  if (expected.startsWith(TEXT)) return digestText(type, data)
  if (!expected.startsWith(JSON_VALUE)) {
    throw new TypeError(`${JSON.stringify(expected)} is no digest; make it with digestText or digestJson.`)
  }
  try {
    return digestJson(type, JSON.parse(data))
  } catch {
    // What is no JSON equals no JSON value, and the verdict shows the digest that was expected.
    return `${JSON_VALUE}none`
  }
}

/** JSON text with sorted keys: equal for equal values. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
    const entries = Object.entries(member)
    entries.sort(([a], [b]) => (a < b ? -1 : 1))
    // A null prototype, so that an own key `__proto__` stays a key.
    return entries.reduce<Record<string, unknown>>((sorted, [key, item]) => {
      sorted[key] = item
      return sorted
    }, Object.create(null))
  })
}

export function sha256(text: string): string {
  return hash('sha256', text, 'base64url')
}
