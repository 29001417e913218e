import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

/** Characters in the WAL per row that a handler changed: half a page. The estimate is corrected by each checkpoint. */
export const CHARACTERS_PER_CHANGE = 2_000

/** Statements that are kept prepared. A projection has a handful; who builds SQL text from data has more. */
const STATEMENTS_LIMIT = 500

/** What would end the transaction that the handler is in, or change the connection under the store. */
const REFUSED = /^\s*(begin|commit|end|rollback|savepoint|release|pragma|attach|detach|vacuum)\b/i

/** The transaction of a projection's handler. Statements are prepared once per text. Parameters are bound by position. */
export interface SqliteTransaction {
  /** Runs one statement. Answers how many rows it changed. */
  run(sql: string, ...parameters: SQLInputValue[]): number
  /** The first row, by column names; the caller says what it is. */
  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined
  all<Row>(sql: string, ...parameters: SQLInputValue[]): readonly Row[]
  /** Several statements without parameters: what `setUp` and `reset` need. */
  exec(sql: string): void
}

export class WriterTransaction implements SqliteTransaction {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #changes = 0

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  run(sql: string, ...parameters: SQLInputValue[]): number {
    const changes = Number(this.#prepared(sql).run(...parameters).changes)
    this.#changes += changes
    return changes
  }

  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...parameters) as Row | undefined
  }

  all<Row>(sql: string, ...parameters: SQLInputValue[]): readonly Row[] {
    return this.#prepared(sql).all(...parameters) as Row[]
  }

  exec(sql: string): void {
    assertAllowed(sql)
    this.#db.exec(sql)
  }

  /** How many rows were changed since this was asked last. */
  takeChanges(): number {
    const changes = this.#changes
    this.#changes = 0
    return changes
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      assertAllowed(sql)
      if (this.#statements.size >= STATEMENTS_LIMIT) this.#statements.clear()
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

function assertAllowed(sql: string): void {
  const refused = REFUSED.exec(sql)
  if (refused !== null)
    throw new TypeError(
      `a handler may not ${refused[1]?.toUpperCase()}: it runs in a transaction of the store, with the checkpoint of its projection`,
    )
}
