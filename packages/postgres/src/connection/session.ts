import type { PoolClient } from 'pg'

export interface SessionOptions {
  /** Whether the connections are ours, so that their settings are too. */
  readonly owned: boolean
  readonly statementTimeoutMs: number
  readonly queryTimeoutMs: number
}

/** Less than 1: a statement that waited for a lock is told so, and not that it took too long itself. */
const LOCK_SHARE = 0.9

/** What has to be done and known about each connection before its first statement. */
export class Session {
  readonly #options: SessionOptions
  #pooled = false

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /**
   * Whether statements are prepared by name. Not behind a pooler such as pgbouncer: in transaction mode each transaction
   * may run on another connection of the server, which does not know the name.
   */
  get prepares(): boolean {
    return !this.#pooled
  }

  /** Whether a pooler stands between us and the server. */
  get pooled(): boolean {
    return this.#pooled
  }

  async prepare(client: PoolClient): Promise<void> {
    const { owned, statementTimeoutMs, queryTimeoutMs } = this.#options
    // Where the pool is not ours it may have no limit of its own. The driver's types do not know this one.
    const limit = { query_timeout: queryTimeoutMs }
    const { rows } = await client.query<{ pid: unknown }>({ text: 'select pg_backend_pid() as pid', ...limit })
    // A pooler answers the log-in itself, and gives the connection a number of its own.
    if (Number(rows[0]?.pid) !== processIdOf(client)) {
      this.#pooled = true
      return
    }
    if (!owned) return
    // Not as parameters of the log-in: a pooler refuses those that it does not know.
    await client.query(
      `select set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
        set_config('idle_in_transaction_session_timeout', $1, false),
        set_config('default_transaction_isolation', 'read committed', false)`,
      [String(statementTimeoutMs), String(Math.ceil(statementTimeoutMs * LOCK_SHARE))],
    )
  }
}

/** The driver keeps it for cancel requests; its types do not mention it. */
function processIdOf(client: PoolClient): number | undefined {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : undefined
}
