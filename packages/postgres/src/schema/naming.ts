import { createHash } from 'node:crypto'
import { InvalidDefinition } from 'eventcore'

/** Where the tables of a store are. */
export interface Naming {
  /** Quoted, as SQL wants it. */
  readonly schema: string
  /** Unquoted: it cannot hold anything that would need quotes. */
  readonly prefix: string
}

const NAME = /^[a-z_][a-z0-9_]*$/

/** The longest name of a table, function or index that a prefix is put before has 22 characters, of 63. */
const PREFIX_LIMIT = 41

/**
 * @throws InvalidDefinition (`INVALID_DEFINITION`) for names that are not lower-case letters, digits and `_`, or too long:
 * they become part of SQL texts
 */
export function naming(schema = 'eventcore', prefix = ''): Naming {
  if (!NAME.test(schema) || schema.length > 63)
    throw new InvalidDefinition(
      `${JSON.stringify(schema)} cannot be the schema of an event store: at most 63 lower-case letters, digits and "_" are expected, the first one no digit.`,
    )
  if (prefix !== '' && (!NAME.test(prefix) || prefix.length > PREFIX_LIMIT))
    throw new InvalidDefinition(
      `${JSON.stringify(prefix)} cannot be the prefix of table names: at most ${PREFIX_LIMIT} lower-case letters, digits and "_" are expected, the first one no digit.`,
    )
  return { schema: `"${schema}"`, prefix }
}

/** Puts the names into an SQL text that was written with `{schema}` and `{prefix}`. */
export const withNames = (sql: string, { schema, prefix }: Naming): string =>
  sql.replaceAll('{schema}', schema).replaceAll('{prefix}', prefix)

/**
 * Goes before the names of a store's prepared statements, which are one space for all stores that share a session. A hash, since the
 * server keeps 63 bytes of a name and schema and prefix alone may have 104, and since `a_` + `b` is `a` + `_b`.
 */
export const statementNamespace = ({ schema, prefix }: Naming): string =>
  `eventcore_${createHash('sha256')
    .update(JSON.stringify([schema, prefix]))
    .digest('hex')
    .slice(0, 16)}`
