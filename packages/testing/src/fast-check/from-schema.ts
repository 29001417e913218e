import { encodeJson, type StreamDefinition } from 'eventcore'
import fc from 'fast-check'
import { fromJsonSchema } from './from-json-schema.ts'
import { SchemaNode } from './json-schema.ts'
import { NoArbitrary } from './no-arbitrary.ts'

/** What is needed of a Standard Schema. */
type Schema = StreamDefinition<string, Readonly<Record<string, unknown>>, unknown>['events'][string]

/** How many values are looked at before an arbitrary is believed, and how many of them the schema must accept. */
const TRIED = 100
const ACCEPTED = 20

/**
 * Values that a schema accepts as its input. They are made from its JSON Schema, where it implements Standard JSON Schema, as
 * Zod and ArkType do, and the schema itself has the last word: what only it checks (`refine`, `narrow`) holds.
 * @throws NoArbitrary (`NO_ARBITRARY`)
 */
export function fromSchema(schema: Schema, subject: string): fc.Arbitrary<unknown> {
  const described = fromJsonSchema(new SchemaNode(jsonSchemaOf(schema, subject), subject))
  const accepted = fc.sample(described, { numRuns: TRIED, seed: 1 }).filter((value) => accepts(schema, value)).length
  // A filter that hardly anything passes looks for ever.
  if (accepted < ACCEPTED)
    throw new NoArbitrary(subject, `its schema accepts ${accepted} of ${TRIED} values that its JSON Schema allows`)
  return described.filter((value) => accepts(schema, value))
}

/** The JSON Schema of a schema's input. */
function jsonSchemaOf(schema: Schema, subject: string): unknown {
  const standard: { readonly vendor: string; readonly jsonSchema?: unknown } = schema['~standard']
  const converter = standard.jsonSchema
  if (!isConverter(converter))
    throw new NoArbitrary(
      subject,
      `its schema (of ${standard.vendor}) does not implement Standard JSON Schema, so nothing is known of its values`,
    )
  try {
    return converter.input({ target: 'draft-2020-12' })
  } catch (cause) {
    throw new NoArbitrary(subject, `its schema gives no JSON Schema: ${cause instanceof Error ? cause.message : cause}`)
  }
}

interface Converter {
  input(options: { readonly target: string }): unknown
}

const isConverter = (value: unknown): value is Converter =>
  typeof value === 'object' && value !== null && 'input' in value && typeof value.input === 'function'

/** Whether a value can be emitted. */
function accepts(schema: Schema, value: unknown): boolean {
  try {
    const stored: unknown = JSON.parse(encodeJson(value, 'A value'))
    const result = schema['~standard'].validate(stored)
    return !(result instanceof Promise) && result.issues === undefined
  } catch {
    // What JSON cannot hold and what a schema fails on is not accepted either.
    return false
  }
}
