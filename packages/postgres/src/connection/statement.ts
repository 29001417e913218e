/** A parameter in the driver's terms: a Buffer is sent in binary format, everything else as text. */
export type Parameter = Buffer | string | number | boolean | null | readonly (string | number | null)[]

/**
 * The parameters of a statement, or what makes them in the moment in which they are sent: into a buffer that the next
 * statement uses again.
 */
export type Parameters = readonly Parameter[] | (() => readonly Parameter[])

/** One SQL statement of the store, prepared once per connection where the pooler lets us. */
export interface Statement {
  /** Unique among the statements of one store. */
  readonly name: string
  readonly text: string
}

/** A row as the server sent it: text, or null. */
export type Row = readonly (string | null)[]

/** Values stay the text that the server sent: whoever reads a row knows what it is. */
export const RAW_TYPES = { getTypeParser: () => (value: string) => value }
