import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { assertParameterCount } from './parameter-count.ts'
import { statementStart, verbOf } from './sql-text.ts'

/** Texts that are remembered. A read model has a handful; who builds SQL from data has more. */
export const STATEMENTS_LIMIT = 500

/** Throws when the statement that a text begins with may not run. */
export type AssertAllowed = (verb: string, sql: string) => void

interface Prepared {
  readonly statement: StatementSync
  /** Where the next one begins. */
  readonly next: number
}

/** The first statement of a text that has one. Nothing is prepared that is not allowed: some PRAGMAs act when they are. */
export function prepareFirst(
  db: DatabaseSync,
  sql: string,
  parameters: number,
  assertAllowed: AssertAllowed,
): Prepared {
  const start = statementStart(sql, 0)
  if (start === sql.length) throw new TypeError('there is no statement in the text')
  assertAllowed(verbOf(sql, start), sql)
  const statement = db.prepare(sql)
  // SQLite says how far it has read. It counts as JavaScript does: a lone surrogate becomes U+FFFD, which is one unit, too.
  const end = statement.sourceSQL.length
  assertParameterCount(db, sql.slice(start, end), parameters)
  return { statement, next: statementStart(sql, end) }
}

/** The only statement of a text: SQLite would leave others out and say nothing. */
export function prepareOnly(
  db: DatabaseSync,
  sql: string,
  parameters: number,
  assertAllowed: AssertAllowed,
): StatementSync {
  const { statement, next } = prepareFirst(db, sql, parameters, assertAllowed)
  if (next === sql.length) return statement
  throw new TypeError(
    `one call runs one statement, and behind the first stands ${JSON.stringify(sql.slice(next, next + 40))}: call once for each`,
  )
}
