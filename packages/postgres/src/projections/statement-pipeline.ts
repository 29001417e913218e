import type { Connection, Submittable } from 'pg'

export interface PipelinedStatement {
  readonly text: string
  /** Of `encodeValue`. */
  readonly values: (string | Buffer | null)[]
}

/** So many texts of one pipeline are parsed once each; others every time. A projection has a handful. */
const NAMED_LIMIT = 50

/**
 * Statements that are sent without waiting for each other's answers, in one round trip: the protocol's extended queries with
 * one Sync at the end. After an error the server skips the rest. Rows are not kept. The driver takes it as it takes its cursors.
 */
export class StatementPipeline implements Submittable {
  readonly #statements: readonly PipelinedStatement[]
  #completed = 0
  /** Set by whoever submits it. */
  callback: (error: unknown) => void = () => undefined

  constructor(statements: readonly PipelinedStatement[]) {
    this.#statements = statements
  }

  /** How many statements have succeeded: after an error, the place of the one that failed. */
  get completed(): number {
    return this.#completed
  }

  submit(connection: Connection): void {
    const names = new Map<string, string>()
    // One write, not one per message.
    connection.stream.cork()
    try {
      for (const { text, values } of this.#statements) {
        let name = names.get(text)
        if (name === undefined) {
          name = names.size < NAMED_LIMIT ? `eventcore_handler_${names.size}` : ''
          if (name !== '') {
            names.set(text, name)
            // What an earlier pipeline left under the name. There may be none.
            connection.close({ type: 'S', name }, true)
          }
          connection.parse({ name, text, types: [] }, true)
        }
        connection.bind({ statement: name, values }, true)
        connection.execute(null, true)
      }
      connection.sync()
    } finally {
      connection.stream.uncork()
    }
  }

  handleCommandComplete(): void {
    this.#completed++
  }

  handleEmptyQuery(): void {
    this.#completed++
  }

  handleError(error: unknown): void {
    this.callback(error)
  }

  handleReadyForQuery(): void {
    this.callback(undefined)
  }

  handleRowDescription(): void {}

  handleDataRow(): void {}

  handlePortalSuspended(): void {}

  /** `copy` is refused before it comes here. */
  handleCopyInResponse(): void {}

  handleCopyData(): void {}
}
