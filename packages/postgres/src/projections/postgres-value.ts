/**
 * A parameter of a statement. A `Date` is sent as ISO 8601 in UTC, bytes as `bytea`, a list as an array (`unnest($1::text[])`, `= any($1)`);
 * write objects, and lists that are to be JSON, as JSON text.
 */
export type PostgresValue = PostgresScalar | readonly PostgresValue[]

type PostgresScalar = string | number | bigint | boolean | Date | Uint8Array | null

/**
 * As the protocol takes it.
 * @throws TypeError for what no parameter can be: as the text that JavaScript makes of it, it would be written as it is (`undefined`)
 */
export function encodeValue(value: PostgresValue): string | Buffer | null {
  if (value === null) return null
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
  }
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (Array.isArray(value)) return encodeArray(value)
  throw new TypeError(
    `a parameter of a statement cannot be ${shown(value)}: give a text, a number, a boolean, a Date, bytes, null or a list of these, and objects as JSON text`,
  )
}

/** An array literal: elements are quoted, so that none is taken for `NULL`, a brace or a comma. */
function encodeArray(values: readonly PostgresValue[]): string {
  return `{${Array.from(values, encodeElement).join(',')}}`
}

function encodeElement(value: PostgresValue): string {
  const encoded = encodeValue(value)
  if (encoded === null) return 'NULL'
  if (Array.isArray(value)) return String(encoded)
  const text = typeof encoded === 'string' ? encoded : `\\x${encoded.toString('hex')}`
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an instance of ${value.constructor?.name ?? 'no class'}`
  return typeof value === 'function' ? 'a function' : String(value)
}
