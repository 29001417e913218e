import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { isWriteRefused } from '../classify-error.ts'
import { plainRow } from './plain-row.ts'
import { prepareOnly, STATEMENTS_LIMIT } from './prepare-statement.ts'

const READS: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'VALUES'])

const ONLY_READS =
  '"query" only reads: give it a SELECT, a WITH or VALUES (what PRAGMAs tell, `SELECT * FROM pragma_table_info(…)` does too). The handlers of a projection write'

/** Queries of users, on the connection that reads events: they must leave it as it is. */
export class ReadModelQuery {
  readonly #db: DatabaseSync
  readonly #learnSchema: StatementSync
  /** Texts that were checked, and how many parameters they have. */
  readonly #checked = new Map<string, number>()

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#learnSchema = db.prepare('SELECT 1 FROM eventcore_projections LIMIT 1')
  }

  /** To be called in a snapshot. */
  all<Row>(sql: string, parameters: readonly SQLInputValue[]): readonly Row[] {
    // A connection hears of changed tables when a statement runs, and Node 22.13 counts the columns of `SELECT *` before that.
    this.#learnSchema.get()
    if (this.#checked.get(sql) !== parameters.length) this.#check(sql, parameters.length)
    try {
      // Not kept prepared: what the columns of `SELECT *` are changes with the version of the read model. It takes 3 µs.
      return this.#db
        .prepare(sql)
        .all(...parameters)
        .map((row) => plainRow<Row>(row))
    } catch (error) {
      // `WITH … INSERT`.
      if (isWriteRefused(error)) throw new TypeError(ONLY_READS, { cause: error })
      throw error
    }
  }

  #check(sql: string, parameters: number): void {
    prepareOnly(this.#db, sql, parameters, (verb) => {
      if (!READS.has(verb)) throw new TypeError(ONLY_READS)
    })
    if (this.#checked.size >= STATEMENTS_LIMIT) this.#checked.clear()
    this.#checked.set(sql, parameters)
  }
}
