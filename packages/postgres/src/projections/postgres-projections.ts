import {
  asPosition,
  CheckpointMoved,
  type Cursor,
  HandlerTimeout,
  type InlineProjection,
  LeaseLost,
  type Position,
  type ProjectionBatch,
  ProjectionHandlerFailed,
  type ProjectionTarget,
  StoreUnavailable,
} from 'eventcore'
import type { PoolClient } from 'pg'
import type { Connections } from '../connection/connections.ts'
import { definiteFailure, isCanceled, isIdleTooLong, isServerError, isUnanswered } from '../connection/driver-error.ts'
import type { Statement } from '../connection/statement.ts'
import { pointOf } from '../feed/feed-position.ts'
import type { FeedReader } from '../feed/feed-reader.ts'
import { type Naming, withNames } from '../schema/naming.ts'
import { PostgresDeadLetters } from './dead-letters.ts'
import { HandlerTransaction, type PostgresTransaction } from './handler-transaction.ts'
import { InlineRegistry } from './inline-registry.ts'

/**
 * The server ends the transaction of a handler that does nothing for so long, or for as long as its lease runs: its successor
 * waits for its row locks. However short the lease is, a busy process gets the lesser time.
 */
const IDLE_TIMEOUT_MS = 15_000
const LEAST_IDLE_TIMEOUT_MS = 2_000

/** What a body came to: an error is carried, since the connection is as good as before. */
type Answer = { readonly error: unknown } | undefined

/**
 * Read models in the database of the events. Handlers run in one transaction with the dead letters and the checkpoint, which
 * comes last: no lock but those of the handlers' own rows is held while they run.
 */
export class PostgresProjections implements ProjectionTarget<PostgresTransaction> {
  readonly handlers = 'asynchronous'
  readonly attribute = (tx: PostgresTransaction, blame: (cause: unknown) => unknown): void => {
    if (tx instanceof HandlerTransaction) tx.attribute(blame)
  }
  readonly deadLetters: PostgresDeadLetters
  readonly #connections: Connections
  readonly #feed: FeedReader
  readonly #inline: InlineRegistry
  readonly #count: Statement
  readonly #active: Statement
  readonly #sql: Readonly<Record<'exclude' | 'move' | 'forget' | 'activeLocked' | 'activate', string>>

  /** @internal */
  constructor(connections: Connections, feed: FeedReader, names: Naming) {
    this.#connections = connections
    this.#feed = feed
    this.deadLetters = new PostgresDeadLetters(connections, names)
    this.#inline = new InlineRegistry(feed, names)
    const sql = (text: string): string => withNames(text, names)
    const active = 'select version from {schema}.{prefix}projections where name = $1'
    this.#count = {
      name: 'count_events',
      text: sql('select {schema}.{prefix}count_events($1)'),
    }
    this.#active = { name: 'active_version', text: sql(active) }
    this.#sql = {
      exclude: sql(
        `select pg_advisory_xact_lock(('{schema}.{prefix}projections'::regclass::oid::bigint << 32 >> 32)::integer, 0)`,
      ),
      move: sql('select highest, moved from {schema}.{prefix}move_checkpoint($1, $2, $3, $4)'),
      forget: sql('select {schema}.{prefix}forget_projection($1, $2) as highest'),
      activeLocked: sql(`${active} for update`),
      activate: sql(`insert into {schema}.{prefix}projections (name, version) values ($1, $2)
        on conflict (name) do update set version = excluded.version`),
    }
  }

  async commit({
    projection,
    leaseMs = IDLE_TIMEOUT_MS,
    exclusive,
    checkpoint,
    resolves,
    streams,
    apply,
  }: ProjectionBatch<PostgresTransaction>): Promise<void> {
    const operation = 'projections.commit'
    await this.#transaction(
      operation,
      async (client, tx) => {
        if (exclusive === true) await client.query(this.#sql.exclude)
        if (resolves !== undefined) await this.deadLetters.removeIn(client, projection, resolves)
        const letters = await apply(tx, await this.deadLetters.blockedIn(client, projection, streams))
        await tx.flush()
        await this.deadLetters.addIn(client, letters)
        if (checkpoint === undefined) return
        const { cursor, epoch, after } = checkpoint
        const { rows } = await client.query<{ highest: string | null; moved: boolean }>(this.#sql.move, [
          projection,
          after ?? null,
          cursor,
          epoch,
        ])
        const [answer] = rows
        if (answer?.highest != null) throw new LeaseLost(operation, projection, epoch, Number(answer.highest))
        if (answer?.moved !== false) throw new CheckpointMoved(projection, after)
      },
      leaseMs,
    )
  }

  async restart(work: {
    readonly projection: string
    readonly epoch: number
    readonly others?: readonly { readonly projection: string; readonly epoch: number }[]
    readonly apply: (tx: PostgresTransaction) => unknown
  }): Promise<void> {
    const { projection, epoch, others = [], apply } = work
    await this.#transaction('projections.restart', async (client, tx) => {
      for (const one of [{ projection, epoch }, ...others]) {
        const { rows } = await client.query<{ highest: string | null }>(this.#sql.forget, [one.projection, one.epoch])
        const highest = rows[0]?.highest
        if (highest != null) throw new LeaseLost('projections.restart', one.projection, one.epoch, Number(highest))
      }
      await apply(tx)
    })
  }

  async countEvents(after: Cursor | undefined): Promise<number> {
    // The count alone would not notice a cursor that is not in the feed.
    if (after !== undefined) await this.#feed.page({ after, limit: 1 })
    const { position } = pointOf(after, 'projections.countEvents')
    const [row] = await this.#connections.run('projections.countEvents', this.#count, [String(position)])
    return Number(row?.[0] ?? 0)
  }

  async headPosition(): Promise<Position | undefined> {
    const cursor = await this.#feed.headCursor()
    return cursor === undefined ? undefined : asPosition(String(pointOf(cursor, 'projections.headPosition').position))
  }

  async activeVersion(name: string): Promise<number | undefined> {
    const [row] = await this.#connections.run('projections.activeVersion', this.#active, [name])
    return row === undefined ? undefined : Number(row[0])
  }

  async activate(work: {
    readonly name: string
    readonly version: number
    readonly apply: (tx: PostgresTransaction, previous: number | undefined) => unknown
  }): Promise<void> {
    const { name, version, apply } = work
    await this.#transaction('projections.activate', async (client, tx) => {
      const { rows } = await client.query<{ version: number }>(this.#sql.activeLocked, [name])
      await client.query(this.#sql.activate, [name, version])
      await apply(tx, rows[0]?.version)
    })
  }

  /** @internal */
  async beginInline(projections: readonly InlineProjection<PostgresTransaction>[]): Promise<void> {
    await this.#transaction('open', (client, tx) => this.#inline.begin(client, tx, projections))
  }

  /**
   * The database keeps this projection within its appends no longer. Processes that still name it cannot append; a
   * `ProjectionRunner` can go on with it, from here. Its tables stay.
   */
  async endInline(name: string): Promise<void> {
    await this.#transaction('projections.endInline', (client) => this.#inline.end(client, name))
  }

  async #transaction(
    operation: string,
    body: (client: PoolClient, tx: HandlerTransaction) => Promise<void>,
    leaseMs: number = IDLE_TIMEOUT_MS,
  ): Promise<void> {
    const idleMs = Math.max(LEAST_IDLE_TIMEOUT_MS, Math.min(IDLE_TIMEOUT_MS, Math.ceil(leaseMs)))
    let late: ProjectionHandlerFailed | undefined
    const transaction = this.#connections.withClient(operation, async (client): Promise<Answer> => {
      await client.query(
        `begin isolation level read committed; set local idle_in_transaction_session_timeout = ${idleMs}`,
      )
      const tx = new HandlerTransaction(client)
      try {
        await unlessIdle(client, tx, idleMs, body(client, tx))
        await tx.flush()
        tx.end()
        if (client.getTransactionStatus() !== 'T')
          throw new TypeError('a handler ended the transaction, or went on after a statement that failed')
      } catch (error) {
        tx.end()
        // The answer is on its way, or lost with the connection: ours ends, and the transaction with it.
        if (isUnanswered(causeOf(error))) throw causeOf(error)
        // If this fails the connection is gone, and the transaction with it, and with both what a late handler waited for.
        if (!endedAsIdle(error)) await client.query('rollback')
        if (isLate(error)) {
          late = error
          // Its handler may still hold the client, so nobody else gets that.
          throw error
        }
        return { error: blame(error, operation) }
      }
      await commit(client, operation)
      return undefined
    })
    const answer = await transaction.catch((error: unknown) => {
      throw late ?? error
    })
    if (answer !== undefined) throw answer.error
  }
}

/** The server has ended the session of a handler that did nothing for so long. It is not waited for: it may never end. */
async function unlessIdle(
  client: PoolClient,
  tx: HandlerTransaction,
  idleMs: number,
  work: Promise<void>,
): Promise<void> {
  let onError = (_: unknown): void => undefined
  const ended = new Promise<never>((_, reject) => {
    onError = (cause) => {
      const reason = `it left its transaction idle for ${idleMs} ms, and the server ended that. Do slow work elsewhere, or give the runner a longer "leaseMs"`
      if (isIdleTooLong(cause)) reject(tx.blame(new HandlerTimeout(idleMs, reason, { cause })))
    }
  })
  client.on('error', onError)
  try {
    await Promise.race([work, ended])
  } finally {
    client.off('error', onError)
  }
}

const isLate = (error: unknown): error is ProjectionHandlerFailed & { readonly cause: HandlerTimeout } =>
  error instanceof ProjectionHandlerFailed && error.cause instanceof HandlerTimeout

const endedAsIdle = (error: unknown): boolean => isLate(error) && isIdleTooLong(error.cause.cause)

async function commit(client: PoolClient, operation: string): Promise<void> {
  let command: string
  try {
    command = (await client.query('commit')).command
  } catch (cause) {
    throw new StoreUnavailable(
      `"${operation}": the answer to COMMIT got lost, so it may or may not be written. The checkpoint tells.`,
      operation,
      { cause },
    )
  }
  if (command !== 'COMMIT')
    throw new StoreUnavailable(`"${operation}" was rolled back at COMMIT. Nothing was written.`, operation)
}

const causeOf = (error: unknown): unknown => (error instanceof ProjectionHandlerFailed ? error.cause : error)

/**
 * A deadlock, a lost connection or a full disk is not the event's fault, and a lock that it did not get in time is neither. A
 * statement of its handler that takes too long is: it would stop the projection for ever.
 */
function blame(error: unknown, operation: string): unknown {
  const cause = causeOf(error)
  if (!isServerError(cause)) return error
  if (error instanceof ProjectionHandlerFailed && isCanceled(cause)) return error
  const failure = definiteFailure(cause, operation)
  return failure.retryable || !(error instanceof ProjectionHandlerFailed) ? failure : error
}
