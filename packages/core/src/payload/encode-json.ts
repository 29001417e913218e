import { PayloadError } from '../errors/payload-error.ts'

/** The deepest nesting that is stored. `JSON.stringify` itself fails somewhere above 10,000, by a stack overflow. */
export const PAYLOAD_DEPTH_LIMIT = 200

/** The largest payload that is stored, in bytes of UTF-8: 1 MiB. */
export const PAYLOAD_SIZE_LIMIT = 1_048_576

/** A value as JSON text, and what comes back of it. */
export interface EncodedJson {
  readonly text: string
  /** Equal to `JSON.parse` of the text, and nobody else's: whoever changes the value later does not change this. */
  readonly copy: unknown
}

/** What an error calls a value. A payload's name is put together only when there is an error: it is encoded for each event. */
export type JsonSubject = string | { readonly type: string; readonly stream: string }

/**
 * JSON text that comes back as it went: `JSON.parse` of it equals `value`. What cannot come back is refused, never
 * stripped or converted: no `undefined` in arrays, `NaN`, infinities, bigints, dates, maps, class instances, lone
 * surrogates, or U+0000 (PostgreSQL cannot hold it), no quotes, backslashes or control characters in keys (see below). A property whose value is `undefined` is absent, as in TypeScript's
 * optional properties. `-0` is kept. Keys stand in the order of the object.
 * @throws PayloadError (`PAYLOAD_ERROR`)
 */
export function encodeJson(value: unknown, subject: string): string {
  return encode(value, new Walk(subject, false)).text
}

/**
 * The same, with what `JSON.parse` would make of the text. A small value is copied while it is looked at, and the text is that of the copy:
 * 0.15 µs less than to parse it, for a payload with one number.
 * @throws PayloadError (`PAYLOAD_ERROR`)
 */
export function encodeAndCopyJson(value: unknown, subject: JsonSubject): EncodedJson {
  const walk = new Walk(subject, true)
  const { text, copy } = encode(value, walk)
  return { text, copy: walk.copies ? copy : JSON.parse(text) }
}

function encode(value: unknown, walk: Walk): EncodedJson {
  const { subject } = walk
  let copy: unknown
  let text: string
  try {
    copy = walk.copyOf(value, 0)
    const read = walk.copies ? copy : value
    text = walk.negativeZero ? stringifyWithNegativeZero(read) : JSON.stringify(read)
  } catch (cause) {
    if (cause instanceof PayloadError) throw cause
    // Of a getter or a proxy.
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PayloadError(nameOf(subject), '$', `cannot be read (${reason})`)
  }
  // Three bytes per UTF-16 unit at most: most texts need no counting.
  if (text.length > PAYLOAD_SIZE_LIMIT / 3 && Buffer.byteLength(text) > PAYLOAD_SIZE_LIMIT)
    throw new PayloadError(
      nameOf(subject),
      '$',
      `is ${Buffer.byteLength(text)} bytes long as JSON, and ${PAYLOAD_SIZE_LIMIT} is the limit`,
    )
  return { text, copy }
}

function nameOf(subject: JsonSubject): string {
  return typeof subject === 'string' ? subject : `The payload of ${subject.type} for ${subject.stream}`
}

/** How much of the way to a value an error shows. */
const SHOWN_STEPS = 20

/** Most keys: one test instead of three. */
const PLAIN_KEY = /^[\w$.:-]+$/

/**
 * A key that JSON must escape may come back as another one. V8 13.6 (Node 24) takes the text of a key for the property that it
 * expects at this place, escapes and all: after `JSON.parse('{"\\\\":1}')` has been called somewhere in the process,
 * `JSON.parse('{"\\"":1}')` gives an object with the key `\` and not `"`.
 */
function isEscapedInJson(key: string): boolean {
  return JSON.stringify(key).length !== key.length + 2
}

/**
 * A string of so many characters may be a slice of a larger one, of a file that was read, say, which it would keep in memory for as long as a
 * state has it. `JSON.parse` makes a string of its own.
 */
const SLICED = 13

/** An object with more members is quicker to parse than to copy. */
const WIDE = 32

class Walk {
  negativeZero = false
  /** Whether what {@link copyOf} answers is a copy. Not any more when something was met that is better parsed from its text. */
  copies: boolean
  /** How many values were visited: each takes a byte at least. What shares its parts can be endless as a tree. */
  #values = 0
  readonly subject: JsonSubject
  /** The keys on the way to the value being visited: the path of an error, for free where there is none. */
  readonly #path: (string | number)[] = []

  constructor(subject: JsonSubject, copies: boolean) {
    this.subject = subject
    this.copies = copies
  }

  copyOf(value: unknown, depth: number): unknown {
    if (++this.#values > PAYLOAD_SIZE_LIMIT) {
      this.#path.length = 0
      this.#refuse(`is more than ${PAYLOAD_SIZE_LIMIT} bytes long as JSON, which is the limit`)
    }
    switch (typeof value) {
      case 'string':
        this.#text(value, 'is a string')
        if (value.length >= SLICED) this.copies = false
        return value
      case 'number':
        if (!Number.isFinite(value)) this.#refuse(`is ${value}`)
        if (value === 0 && Object.is(value, -0)) this.negativeZero = true
        return value
      case 'boolean':
        return value
      case 'object':
        if (value === null) return value
        if (depth >= PAYLOAD_DEPTH_LIMIT)
          this.#refuse(`is nested deeper than ${PAYLOAD_DEPTH_LIMIT} levels, or contains itself`)
        return Array.isArray(value) ? this.#array(value, depth) : this.#object(value as Record<string, unknown>, depth)
      default:
        return this.#refuse(value === undefined ? 'is undefined' : `is a ${typeof value}`)
    }
  }

  #array(array: readonly unknown[], depth: number): unknown[] {
    const prototype = Object.getPrototypeOf(array)
    if (prototype !== Array.prototype) this.#refuse(`is an instance of ${prototype?.constructor?.name ?? 'a class'}`)
    this.#plain(array)
    if (Object.keys(array).length !== array.length) this.#refuse('is an array with holes or with properties of its own')
    const copy: unknown[] = []
    for (let i = 0; i < array.length; i++) {
      this.#path.push(i)
      const member = this.copyOf(array[i], depth + 1)
      if (this.copies) copy.push(member)
      this.#path.pop()
    }
    return copy
  }

  #object(object: Record<string, unknown>, depth: number): Record<string, unknown> {
    const prototype = Object.getPrototypeOf(object)
    if (prototype !== Object.prototype && prototype !== null)
      this.#refuse(`is an instance of ${prototype.constructor?.name || 'a class'}`)
    this.#plain(object)
    // Spreading takes an own `__proto__` for a property; and what has no nested parts is then done.
    let copy = this.copies ? { ...object } : object
    let keys = Object.keys(copy)
    if (this.copies && keys.length > WIDE) {
      this.copies = false
      copy = object
      keys = Object.keys(object)
    }
    let absent = false
    for (const key of keys) {
      const value = copy[key]
      if (value === undefined) {
        absent = true
        continue
      }
      this.#path.push(key)
      if (!PLAIN_KEY.test(key)) this.#key(key)
      const member = this.copyOf(value, depth + 1)
      // Its own property, also if it is called `__proto__`. What is no copy any more is the caller's own.
      if (member !== value && copy !== object) copy[key] = member
      this.#path.pop()
    }
    if (Object.getOwnPropertySymbols(object).length > 0) this.#refuse('has a symbol for a key')
    return absent && this.copies ? withoutAbsent(copy) : copy
  }

  #key(key: string): void {
    this.#text(key, 'has a key')
    if (isEscapedInJson(key))
      this.#refuse(
        'has a key with a quote, a backslash or a control character, which JSON.parse may read as another key',
      )
  }

  /** `JSON.stringify` would write down what `toJSON` gives instead. */
  #plain(object: object): void {
    if ('toJSON' in object && typeof object.toJSON === 'function')
      this.#refuse('has a method toJSON, so it would be stored as something else')
  }

  #text(text: string, what: string): void {
    if (!text.isWellFormed()) this.#refuse(`${what} with half of a surrogate pair`)
    if (text.includes('\0')) this.#refuse(`${what} with the character U+0000`)
  }

  #refuse(reason: string): never {
    const steps = this.#path.map((key) =>
      typeof key === 'number' ? `[${key}]` : /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
    )
    // Of a value that contains itself, 200 steps say no more than the first ones do.
    if (steps.length > SHOWN_STEPS)
      steps.splice(SHOWN_STEPS, steps.length, ` (and ${steps.length - SHOWN_STEPS} more levels)`)
    throw new PayloadError(nameOf(this.subject), `$${steps.join('')}`, reason)
  }
}

function withoutAbsent(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, member]) => member !== undefined))
}

/** `JSON.stringify` writes `-0` as `0`; JSON itself can say `-0`, and `JSON.parse` reads it. */
function stringifyWithNegativeZero(value: unknown): string {
  if (Object.is(value, -0)) return '-0'
  if (Array.isArray(value)) return `[${value.map(stringifyWithNegativeZero).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined)
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${stringifyWithNegativeZero(member)}`).join(',')}}`
  }
  return JSON.stringify(value)
}
