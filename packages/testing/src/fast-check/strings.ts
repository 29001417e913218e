import fc from 'fast-check'
import type { SchemaNode } from './json-schema.ts'

const MOST = 20

/** From year 1 to year 9999: what ISO 8601 writes with four digits. */
const moments = fc.date({ min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_999), noInvalidDate: true })

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'date-time': moments.map((moment) => moment.toISOString()),
  date: moments.map((moment) => moment.toISOString().slice(0, 10)),
  uuid: fc.uuid(),
  // Not all that the standard allows: what every schema takes for an address.
  email: fc
    .tuple(fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/), fc.stringMatching(/^[a-z]{1,9}$/))
    .map(([name, host]) => `${name}@${host}.example`),
  uri: fc.webUrl(),
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
}

export function strings(node: SchemaNode): fc.Arbitrary<string> {
  const least = node.number('minLength') ?? 0
  const most = node.number('maxLength')
  const pattern = node.string('pattern')
  const format = node.string('format')
  const fits = (text: string): boolean => {
    const { length } = [...text]
    return length >= least && length <= (most ?? Number.POSITIVE_INFINITY)
  }
  const known = format === undefined ? undefined : FORMATS[format]
  if (known !== undefined) return known
  if (pattern !== undefined) return matching(node, pattern).filter(fits)
  if (format !== undefined) throw node.refuse(`the format "${format}" of its JSON Schema is not understood`)
  // What any store takes: no U+0000, no half of a surrogate pair.
  return fc.string({ unit: 'grapheme', minLength: least, maxLength: most ?? least + MOST }).filter(fits)
}

function matching(node: SchemaNode, pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw node.refuse(`the pattern ${pattern} of its JSON Schema is not understood (${why})`)
  }
}
