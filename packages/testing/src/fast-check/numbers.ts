import fc from 'fast-check'
import type { SchemaNode } from './json-schema.ts'

/** Where the schema says nothing, whole numbers have 32 bits: enough to find what breaks, and readable. */
const WHOLE = 2 ** 31

export function numbers(node: SchemaNode, type: 'integer' | 'number'): fc.Arbitrary<number> {
  const [above, below] = [node.number('exclusiveMinimum'), node.number('exclusiveMaximum')]
  const [min, max] = [node.number('minimum'), node.number('maximum')]
  const step = node.number('multipleOf')
  if (step !== undefined && !(step > 0)) throw node.refuse('its JSON Schema wants multiples of nothing')
  if (type === 'integer' || step !== undefined) {
    const unit = step ?? 1
    const least = Math.max(
      above === undefined ? -Infinity : Math.floor(above / unit) + 1,
      Math.ceil((min ?? -Infinity) / unit),
    )
    const most = Math.min(
      below === undefined ? Infinity : Math.ceil(below / unit) - 1,
      Math.floor((max ?? Infinity) / unit),
    )
    const from = Number.isFinite(least) ? least : Math.min(-WHOLE, most)
    const to = Math.min(most, Math.max(WHOLE, from), Number.MAX_SAFE_INTEGER)
    return fc.integer({ min: from, max: Math.max(from, to) }).map((count) => count * unit)
  }
  const least = Math.max(above ?? -Infinity, min ?? -Infinity)
  const most = Math.min(below ?? Infinity, max ?? Infinity)
  return fc.double({
    noNaN: true,
    noDefaultInfinity: true,
    min: Number.isFinite(least) ? least : -Number.MAX_VALUE,
    max: Number.isFinite(most) ? most : Number.MAX_VALUE,
    minExcluded: above !== undefined && above === least,
    maxExcluded: below !== undefined && below === most,
  })
}
