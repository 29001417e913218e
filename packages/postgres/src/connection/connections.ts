import { type EventStoreError, StoreClosed, StoreFailure, StoreUnavailable } from 'eventcore'
import type { Pool, PoolClient } from 'pg'
import { definiteFailure, isRolledBack } from './driver-error.ts'
import { notification } from './notification.ts'
import { GOODBYE_MS, hangUp } from './say-goodbye.ts'
import type { Session } from './session.ts'
import { type Parameters, RAW_TYPES, type Row, type Statement } from './statement.ts'

export interface ConnectionsOptions {
  readonly pool: Pool
  /** Ended with us. */
  readonly owned: boolean
  readonly session: Session
  /** Distinguishes the prepared statements of this store from those of others that share the pool. */
  readonly namespace: string
  readonly connectTimeoutMs: number
  readonly queryTimeoutMs: number
}

/** How a statement failed. */
export type StatementFailure =
  | {
      /** Nothing was done, and nothing ever will be. */
      readonly outcome: 'definite'
      readonly error: EventStoreError
      readonly cause: unknown
    }
  /** It was sent, and the answer got lost. */
  | { readonly outcome: 'unknown'; readonly cause: unknown }

export type StatementAnswer = { readonly outcome: 'done'; readonly rows: readonly Row[] } | StatementFailure

/**
 * Runs statements, each its own transaction, on the connections of a pool. A statement counts as done when the server
 * says that the transaction is over, not when its rows have come: the commit may still fail then. A connection on which
 * anything went wrong is destroyed.
 */
export class Connections {
  readonly #options: ConnectionsOptions
  readonly #prepared = new WeakSet<PoolClient>()
  readonly #heard = new WeakSet<PoolClient>()
  readonly #ignore = (): void => {}
  readonly #connected = (client: PoolClient): void => {
    this.#open.add(client)
    this.#hear(client)
  }
  readonly #removed = (client: PoolClient): void => {
    this.#open.delete(client)
    if (this.#open.size === 0) this.#allEnded?.()
  }
  #running = 0
  /** Connections that the pool has made since we know it, until they are closed. */
  readonly #open = new Set<PoolClient>()
  #allEnded: (() => void) | undefined
  readonly #idle: (() => void)[] = []
  #closed = false

  constructor(options: ConnectionsOptions) {
    this.#options = options
    // An idle connection that breaks is an event on the pool, which ends the process when nobody listens. The pool has
    // removed it already, and whoever needs one gets another.
    options.pool.on('error', this.#ignore)
    // At once and not when the connection is handed out: the message that ends it may have come with the log-in.
    options.pool.on('connect', this.#connected)
    options.pool.on('remove', this.#removed)
  }

  /** @throws StoreClosed, StoreUnavailable, StoreFailure; for statements that change nothing, or nothing twice */
  async run(operation: string, statement: Statement, values: Parameters = []): Promise<readonly Row[]> {
    const answer = await this.attempt(operation, statement, values)
    if (answer.outcome === 'done') return answer.rows
    if (answer.outcome === 'definite') throw answer.error
    throw new StoreUnavailable(
      `"${operation}" was sent to PostgreSQL, and the connection broke before the answer: ${String(answer.cause)}. Try again.`,
      operation,
      { cause: answer.cause },
    )
  }

  /** Never rejects but with StoreClosed. */
  async attempt(operation: string, statement: Statement, values: Parameters): Promise<StatementAnswer> {
    if (this.#closed) throw new StoreClosed(operation)
    return await this.track(async () => {
      let client: PoolClient
      try {
        client = await this.#acquire(operation)
      } catch (cause) {
        return { outcome: 'definite', error: definiteFailure(cause, operation), cause }
      }
      return await this.#send(client, operation, statement, values)
    })
  }

  /** For work that is more than one statement. An error that it throws ends the connection. */
  async withClient<T>(operation: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreClosed(operation)
    return await this.track(async () => {
      let client: PoolClient | undefined
      try {
        client = await this.#acquire(operation)
        const result = await work(client)
        client.release()
        return result
      } catch (error) {
        client?.release(true)
        throw definiteFailure(error, operation)
      }
    })
  }

  /** Counts as under way for {@link idle}, from its first statement to its last. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#running++
    try {
      return await work()
    } finally {
      this.#running--
      if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve()
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#idle.push(resolve)
      })
    }
  }

  /**
   * Notifies the listeners of a channel, which must not need quotes, and the payload neither. Does not wait for the disk.
   * Rejects when it cannot.
   */
  async notify(channel: string, payload: string): Promise<void> {
    if (this.#closed) return
    const limit = { query_timeout: this.#options.queryTimeoutMs }
    await this.withClient('notify', async (client) => {
      await client.query({ text: notification(channel, payload), ...limit })
    })
  }

  /** Refuses further statements, waits for those under way, and ends the pool if it is ours. */
  async close(): Promise<void> {
    this.#closed = true
    await this.idle()
    const { pool, owned } = this.#options
    if (!owned) {
      pool.off('error', this.#ignore).off('connect', this.#connected).off('remove', this.#removed)
      return
    }
    await pool.end()
    // The pool has let go of them before they are closed.
    if (this.#open.size > 0) {
      const timer = setTimeout(() => this.#open.forEach(hangUp), GOODBYE_MS)
      await new Promise<void>((resolve) => {
        this.#allEnded = resolve
      })
      clearTimeout(timer)
    }
  }

  async #send(
    client: PoolClient,
    operation: string,
    { name, text }: Statement,
    values: Parameters,
  ): Promise<StatementAnswer> {
    const { session, namespace, queryTimeoutMs } = this.#options
    // The driver copies what is in a buffer before "query" returns: the connection is idle, so nothing is queued.
    const query = {
      text,
      values: [...(typeof values === 'function' ? values() : values)],
      rowMode: 'array' as const,
      types: RAW_TYPES,
      query_timeout: queryTimeoutMs,
      ...(session.prepares ? { name: `${namespace}_${name}` } : {}),
    }
    try {
      const { rows } = await client.query<(string | null)[]>(query)
      if (client.getTransactionStatus() === 'I') {
        client.release()
        return { outcome: 'done', rows }
      }
      // The pool gave us a connection in the middle of somebody's transaction. It ends here, and with it what we did.
      client.release(true)
      const error = new StoreFailure(
        `"${operation}" ran on a pooled connection with an open transaction, which was rolled back. Whoever shares the pool must end transactions before releasing a client.`,
        operation,
      )
      return { outcome: 'definite', error, cause: error }
    } catch (cause) {
      // Also after an error that the server has cleaned up: the end of its answer is still on its way.
      client.release(true)
      if (isRolledBack(cause)) return { outcome: 'definite', error: definiteFailure(cause, operation), cause }
      return { outcome: 'unknown', cause }
    }
  }

  async #acquire(operation: string): Promise<PoolClient> {
    const { session } = this.#options
    const client = await this.#connect(operation)
    if (this.#prepared.has(client)) return client
    this.#prepared.add(client)
    this.#hear(client)
    try {
      await session.prepare(client)
      return client
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  /**
   * Once per connection. An error that is nobody's answer (it was ended while it was in our hands, and did nothing) is an
   * event, and ends the process when nobody listens. The next statement on the connection fails.
   */
  #hear(client: PoolClient): void {
    if (this.#heard.has(client)) return
    this.#heard.add(client)
    client.on('error', this.#ignore)
  }

  async #connect(operation: string): Promise<PoolClient> {
    const { pool, connectTimeoutMs } = this.#options
    let late = false
    let timer: NodeJS.Timeout | undefined
    const connecting = pool.connect()
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        late = true
        reject(noConnection(operation, pool, connectTimeoutMs))
      }, connectTimeoutMs)
    })
    connecting.then(
      (client) => {
        if (late) client.release()
      },
      () => undefined,
    )
    try {
      return await Promise.race([connecting, timeout])
    } catch (error) {
      // The pool has a time-out of its own, which is ours, and says less.
      const waited = error instanceof Error && error.message.startsWith('timeout exceeded')
      throw waited ? noConnection(operation, pool, connectTimeoutMs) : error
    } finally {
      clearTimeout(timer)
    }
  }
}

function noConnection(operation: string, pool: Pool, timeoutMs: number): StoreUnavailable {
  const { max } = pool.options
  const why =
    pool.totalCount >= max && pool.totalCount > 0
      ? `all ${max} connections of the pool were in use, and ${pool.waitingCount} callers waited. Make the pool larger, or look for clients that are not released`
      : 'PostgreSQL did not answer'
  return new StoreUnavailable(
    `"${operation}" got no connection within ${timeoutMs} ms: ${why}. Nothing was written.`,
    operation,
  )
}
