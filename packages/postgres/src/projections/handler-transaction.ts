import type { ClientBase, QueryConfig, QueryResult, QueryResultRow } from 'pg'
import { encodeValue, type PostgresValue } from './postgres-value.ts'
import { type PipelinedStatement, StatementPipeline } from './statement-pipeline.ts'
import { beginningOf } from './statement-verb.ts'

/** The transaction of a projection's handler. */
export interface PostgresTransaction {
  /**
   * Leaves a statement to be sent, and does not wait: the statements of all events of a batch travel together, in their order.
   * If one fails, its event counts as failed, as if the handler had thrown.
   */
  run(text: string, values?: readonly PostgresValue[]): void
  /** Sends what was left, then this one, and waits for its rows: a round trip. */
  query<Row extends QueryResultRow = QueryResultRow>(
    statement: string | QueryConfig,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>
  /** Sends what was left, and gives the client itself: for query builders. It must not end the transaction. */
  client(): Promise<ClientBase>
}

/** So many statements are sent before the handlers of the batch are through: the server works while they run. */
const CHUNK = 250

/** What would end the transaction that the handler is in, or take the connection over. */
const REFUSED = /^(begin|start|commit|end|abort|rollback|savepoint|release|prepare\s+transaction|copy)\b/i

/** Says whose fault an error is. */
type Blame = (cause: unknown) => unknown

interface LeftStatement extends PipelinedStatement {
  readonly blame: Blame
}

export class HandlerTransaction implements PostgresTransaction {
  readonly #client: ClientBase
  readonly #known = new Set<string>()
  #left: LeftStatement[] = []
  #sending: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  #blame: Blame = (cause) => cause
  #over = false

  constructor(client: ClientBase) {
    this.#client = client
  }

  run(text: string, values: readonly PostgresValue[] = []): void {
    this.#assertOpen()
    if (!this.#known.has(text)) {
      assertAllowed(text)
      this.#known.add(text)
    }
    // The transaction is lost. Who flushes it hears why.
    if (this.#failure !== undefined) return
    this.#left.push({ text, values: values.map(encodeValue), blame: this.#blame })
    if (this.#left.length >= CHUNK && this.#sending === undefined) void this.#send()
  }

  async query<Row extends QueryResultRow>(
    statement: string | QueryConfig,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    assertAllowed(typeof statement === 'string' ? statement : statement.text)
    await this.flush()
    return await this.#client.query<Row>(statement, values === undefined ? undefined : [...values])
  }

  async client(): Promise<ClientBase> {
    await this.flush()
    return this.#client
  }

  /** From now on, errors of statements that are left are told through this. */
  attribute(blame: Blame): void {
    this.#blame = blame
  }

  /** The error as that of the event that is being handled. */
  blame(cause: unknown): unknown {
    return this.#blame(cause)
  }

  /** Resolves when all that was left has succeeded. */
  async flush(): Promise<void> {
    this.#assertOpen()
    while (this.#sending !== undefined || this.#left.length > 0) await (this.#sending ?? this.#send())
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Nothing may be left any more. */
  end(): void {
    this.#over = true
  }

  /** Never rejects. */
  #send(): Promise<void> {
    const statements = this.#left
    this.#left = []
    const pipeline = new StatementPipeline(statements)
    this.#sending = new Promise<void>((resolve) => {
      pipeline.callback = (error) => {
        if (error != null) this.#fail(error, statements[pipeline.completed])
        this.#sending = undefined
        // Handlers may have been waiting for something else meanwhile.
        if (this.#left.length >= CHUNK) void this.#send()
        resolve()
      }
      this.#client.query(pipeline)
    })
    return this.#sending
  }

  #fail(cause: unknown, statement: LeftStatement | undefined): void {
    this.#failure ??= { error: statement === undefined ? cause : statement.blame(cause) }
    this.#left = []
  }

  #assertOpen(): void {
    if (this.#over) throw new TypeError('the transaction of this handler is over: await what you do in it')
  }
}

function assertAllowed(text: string): void {
  const refused = REFUSED.exec(beginningOf(text))
  if (refused !== null)
    throw new TypeError(
      `a handler may not ${refused[1]?.toUpperCase()}: it runs in a transaction of the store, with the checkpoint of its projection`,
    )
}
