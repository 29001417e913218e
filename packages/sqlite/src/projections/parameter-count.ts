import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { resultCode, SQLITE } from '../classify-error.ts'

/** What a parameter can look like. Texts and names may contain the same, so a match is a suspicion. */
const PARAMETERS = /\?\d*|[:@$][\w$\u0080-\uffff]+/g

/**
 * Throws unless a statement has as many parameters as are given. SQLite takes those that are missing for NULL.
 *
 * `node:sqlite` does not tell how many there are, but refuses one too many. So the statement is asked in its `EXPLAIN` form, which has the
 * same parameters and does nothing: as many must go, and one more must not. 6 µs, once per text.
 */
export function assertParameterCount(db: DatabaseSync, statement: string, given: number): void {
  const suspicions = statement.match(PARAMETERS)
  if (suspicions === null && given === 0) return
  const explained = db.prepare(/^explain\b/i.test(statement) ? statement : `EXPLAIN ${statement}`)
  if (!binds(explained, nulls(given))) throw wrongCount(given, 'fewer')
  if (binds(explained, nulls(given + 1))) throw wrongCount(given, 'more')
  // Before Node 24 those with a number are bound by name only.
  for (const name of new Set(suspicions))
    if (isNamed(name, given) && binds(explained, [{ [name]: null }]))
      throw new TypeError(
        `nothing is bound to the parameter ${name}: they are bound by position, so write "?" for each`,
      )
}

export function wrongCount(given: number, has: 'fewer' | 'more' | number): TypeError {
  return new TypeError(
    `${given} ${given === 1 ? 'value was' : 'values were'} given for the parameters of a statement that has ${has}: give one for each "?"`,
  )
}

const nulls = (count: number): readonly SQLInputValue[] => Array.from({ length: count }, () => null)

const isNamed = (name: string, given: number): boolean => (name.startsWith('?') ? Number(name.slice(1)) > given : true)

type Bound = readonly SQLInputValue[] | readonly [Readonly<Record<string, SQLInputValue>>]

function binds(statement: StatementSync, values: Bound): boolean {
  try {
    // The types know names and positions apart, and both are right here.
    statement.get(...(values as SQLInputValue[]))
    return true
  } catch (error) {
    if (resultCode(error) === SQLITE.RANGE || isUnknownName(error)) return false
    throw error
  }
}

const isUnknownName = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Unknown named parameter')
