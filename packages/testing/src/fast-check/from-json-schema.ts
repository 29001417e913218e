import fc from 'fast-check'
import type { SchemaNode } from './json-schema.ts'
import { numbers } from './numbers.ts'
import { strings } from './strings.ts'

/**
 * Values that a JSON Schema allows, most of them: what JSON Schema cannot say, the schema that it was made from checks again.
 * @throws NoArbitrary for what is not understood
 */
export function fromJsonSchema(node: SchemaNode): fc.Arbitrary<unknown> {
  const arbitrary = build(node)
  node.allUnderstood()
  return arbitrary
}

function build(node: SchemaNode): fc.Arbitrary<unknown> {
  if (node.has('const')) {
    node.get('type')
    return fc.constant(node.get('const'))
  }
  if (node.has('enum')) {
    node.get('type')
    return fc.constantFrom(...node.list('enum'))
  }
  for (const keyword of ['anyOf', 'oneOf']) {
    if (!node.has(keyword)) continue
    const choices = node.children(keyword).map(([, choice]) => fromJsonSchema(choice))
    return fc.oneof(...choices)
  }
  const type = node.get('type')
  if (type === undefined && node.has('properties')) return ofType(node, 'object')
  if (type === undefined) return fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' })
  const types = Array.isArray(type) ? type : [type]
  return fc.oneof(...types.map((one) => ofType(node, one)))
}

function ofType(node: SchemaNode, type: unknown): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      return numbers(node, type)
    case 'string':
      return strings(node)
    case 'array':
      return arrays(node)
    case 'object':
      return objects(node)
    default:
      throw node.refuse(`the type ${JSON.stringify(type)} of its JSON Schema is not understood`)
  }
}

/** How many elements, characters or properties there are at most where the schema says nothing. */
const MOST = 10

function arrays(node: SchemaNode): fc.Arbitrary<unknown> {
  const least = node.number('minItems') ?? 0
  const most = node.number('maxItems')
  const first = node.children('prefixItems').map(([, item]) => fromJsonSchema(item))
  const rest = node.has('items') && node.get('items') !== false ? fromJsonSchema(node.child('items')) : undefined
  if (first.length > 0 || rest === undefined) {
    const tuple = fc.tuple(...first)
    const left = { minLength: Math.max(0, least - first.length), maxLength: Math.max(0, (most ?? MOST) - first.length) }
    if (rest === undefined) return tuple
    return fc.tuple(tuple, fc.array(rest, left)).map(([known, others]) => [...known, ...others])
  }
  const size = { minLength: least, maxLength: most ?? least + MOST }
  return node.get('uniqueItems') === true
    ? fc.uniqueArray(rest, { ...size, selector: (item) => JSON.stringify(item) })
    : fc.array(rest, size)
}

function objects(node: SchemaNode): fc.Arbitrary<unknown> {
  const required = new Set(node.list('required'))
  const properties = node.children('properties')
  const known = fc.record(Object.fromEntries(properties.map(([name, property]) => [name, fromJsonSchema(property)])), {
    noNullPrototype: true,
    requiredKeys: properties.map(([name]) => name).filter((name) => required.has(name)),
  })
  const others = node.get('additionalProperties')
  // Where more is allowed beside what is named, nothing more is made up: it would only be ignored.
  if (properties.length > 0 || others === undefined || typeof others === 'boolean') {
    if (node.has('propertyNames')) node.get('propertyNames')
    return known
  }
  const names = node.has('propertyNames') ? fromJsonSchema(node.child('propertyNames')) : strings(node)
  const entry = fc.tuple(
    names.filter((name) => name !== '__proto__').map(String),
    fromJsonSchema(node.child('additionalProperties')),
  )
  const size = { minLength: node.number('minProperties') ?? 0, maxLength: node.number('maxProperties') ?? MOST }
  return fc.uniqueArray(entry, { ...size, selector: ([name]) => name }).map((entries) => Object.fromEntries(entries))
}
