import { NoArbitrary } from './no-arbitrary.ts'

/** A JSON Schema as it comes: nothing is known of it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** What a keyword may say besides: it changes nothing about which values are valid. */
const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])

/** One schema within another, with its place, for messages. */
export class SchemaNode {
  readonly subject: string
  readonly #schema: JsonSchema
  readonly #path: string
  readonly #left: Set<string>

  constructor(schema: unknown, subject: string, path = '$') {
    this.subject = subject
    this.#path = path
    if (schema === true) this.#schema = {}
    else if (isObject(schema)) this.#schema = schema
    else throw this.refuse(`its JSON Schema has no schema at ${path}`)
    this.#left = new Set(Object.keys(this.#schema).filter((keyword) => !ANNOTATIONS.has(keyword)))
  }

  has(keyword: string): boolean {
    return this.#schema[keyword] !== undefined
  }

  /** What a keyword says. It counts as understood from now on. */
  get(keyword: string): unknown {
    this.#left.delete(keyword)
    return this.#schema[keyword]
  }

  number(keyword: string): number | undefined {
    const value = this.get(keyword)
    return typeof value === 'number' ? value : undefined
  }

  string(keyword: string): string | undefined {
    const value = this.get(keyword)
    return typeof value === 'string' ? value : undefined
  }

  list(keyword: string): readonly unknown[] {
    const value = this.get(keyword)
    return Array.isArray(value) ? value : []
  }

  child(keyword: string): SchemaNode {
    return new SchemaNode(this.get(keyword), this.subject, `${this.#path}.${keyword}`)
  }

  children(keyword: string): readonly (readonly [name: string, node: SchemaNode])[] {
    const value = this.get(keyword)
    if (!isObject(value) && !Array.isArray(value)) return []
    return Object.entries(value).map(([name, schema]) => [
      name,
      new SchemaNode(schema, this.subject, `${this.#path}.${keyword}.${name}`),
    ])
  }

  /** @throws NoArbitrary when a keyword was not looked at: what it demands would be ignored */
  allUnderstood(): void {
    const [keyword] = this.#left
    if (keyword !== undefined) throw this.refuse(`"${keyword}" at ${this.#path} of its JSON Schema is not understood`)
  }

  refuse(reason: string): NoArbitrary {
    return new NoArbitrary(this.subject, reason)
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
