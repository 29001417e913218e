import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { wrongCount } from './parameter-count.ts'
import { plainRow } from './plain-row.ts'
import { prepareFirst, prepareOnly, STATEMENTS_LIMIT } from './prepare-statement.ts'
import { statementStart } from './sql-text.ts'

/** Characters in the WAL per row that a handler changed: half a page. The estimate is corrected by each checkpoint. */
export const CHARACTERS_PER_CHANGE = 2_000

/** What would end the transaction that the handler is in, or change the connection under the store. */
const REFUSED: ReadonlySet<string> = new Set([
  'BEGIN',
  'COMMIT',
  'END',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
  'PRAGMA',
  'ATTACH',
  'DETACH',
  'VACUUM',
])

/** What ends it when a row conflicts. */
const ROLLS_BACK = /\b(?:(?:insert|update)\s+or|on\s+conflict)\s+rollback\b|\braise\s*\(\s*rollback\b/i

/**
 * The transaction of a projection's handler. Statements are prepared once per text. Each parameter is a `?`, bound by position; a value
 * too few or too many is refused. Rows are plain objects, by column names; the caller says what they are.
 */
export interface SqliteTransaction {
  /** Runs one statement. Answers how many rows it changed. */
  run(sql: string, ...parameters: SQLInputValue[]): number
  /** The first row. */
  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined
  all<Row>(sql: string, ...parameters: SQLInputValue[]): readonly Row[]
  /** Several statements without parameters, all or none: what `setUp` and `reset` need. */
  exec(sql: string): void
}

interface KnownStatement {
  readonly statement: StatementSync
  readonly parameters: number
}

export class WriterTransaction implements SqliteTransaction {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, KnownStatement>()
  readonly #begin: StatementSync
  readonly #undo: StatementSync
  readonly #end: StatementSync
  #changes = 0

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#begin = db.prepare('SAVEPOINT eventcore_exec')
    this.#undo = db.prepare('ROLLBACK TO eventcore_exec')
    this.#end = db.prepare('RELEASE eventcore_exec')
  }

  run(sql: string, ...parameters: SQLInputValue[]): number {
    const statement = this.#prepared(sql, parameters.length)
    try {
      const changes = Number(statement.run(...parameters).changes)
      this.#changes += changes
      return changes
    } catch (error) {
      throw this.#failed(error)
    }
  }

  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    const statement = this.#prepared(sql, parameters.length)
    try {
      const row = statement.get(...parameters)
      return row === undefined ? undefined : plainRow<Row>(row)
    } catch (error) {
      throw this.#failed(error)
    }
  }

  all<Row>(sql: string, ...parameters: SQLInputValue[]): readonly Row[] {
    const statement = this.#prepared(sql, parameters.length)
    try {
      return statement.all(...parameters).map((row) => plainRow<Row>(row))
    } catch (error) {
      throw this.#failed(error)
    }
  }

  exec(sql: string): void {
    this.#begin.run()
    try {
      this.#runAll(sql)
    } catch (error) {
      if (!this.#isLost()) {
        this.#undo.run()
        this.#end.run()
      }
      throw error
    }
    this.#end.run()
  }

  /** How many rows were changed since this was asked last. */
  takeChanges(): number {
    const changes = this.#changes
    this.#changes = 0
    return changes
  }

  /** One by one: each is looked at before it runs, and may need what those before it have created. */
  #runAll(sql: string): void {
    for (let rest = sql.slice(statementStart(sql, 0)); rest !== ''; ) {
      const { statement, next } = prepareFirst(this.#db, rest, 0, assertAllowed)
      statement.run()
      rest = rest.slice(next)
    }
  }

  #prepared(sql: string, parameters: number): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) {
      if (known.parameters !== parameters) throw wrongCount(parameters, known.parameters)
      return known.statement
    }
    const statement = prepareOnly(this.#db, sql, parameters, assertAllowed)
    if (this.#statements.size >= STATEMENTS_LIMIT) this.#statements.clear()
    this.#statements.set(sql, { statement, parameters })
    return statement
  }

  #failed(error: unknown): unknown {
    this.#isLost()
    return error
  }

  /**
   * Whether SQLite has ended the transaction because a statement failed: a full disk, a trigger with RAISE(ROLLBACK). What the handler
   * still does would be committed statement by statement. So it gets a transaction that is rolled back: the savepoint which
   * the store ends when the handler returns is not in it. `isTransaction` is missing in Node 22.13.
   */
  #isLost(): boolean {
    try {
      this.#db.exec('BEGIN')
      return true
    } catch (error) {
      return !(error instanceof Error && error.message.includes('within a transaction'))
    }
  }
}

function assertAllowed(verb: string, sql: string): void {
  const what = REFUSED.has(verb) ? verb : ROLLS_BACK.test(sql) ? 'ROLLBACK on a conflict' : undefined
  if (what !== undefined)
    throw new TypeError(
      `a handler may not ${what}: it runs in a transaction of the store, with the checkpoint of its projection`,
    )
}
