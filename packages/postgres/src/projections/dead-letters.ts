import {
  asPosition,
  type DeadLetter,
  DeadLetterGone,
  type DeadLetterStore,
  type NewDeadLetter,
  type Position,
} from 'eventcore'
import type { ClientBase } from 'pg'
import type { Connections } from '../connection/connections.ts'
import type { Row, Statement } from '../connection/statement.ts'
import { type Naming, withNames } from '../schema/naming.ts'

const COLUMNS =
  'sequence, projection, event_id, stream, version, type, "position", command_id, reason, error, attempts, parked_at'

function decode(row: Row): DeadLetter {
  const [sequence, projection, eventId, stream, version, type, position, commandId, reason, error, attempts, parkedAt] =
    row as string[]
  return {
    sequence: Number(sequence),
    projection: String(projection),
    eventId: String(eventId),
    stream: String(stream),
    version: Number(version),
    type: String(type),
    position: asPosition(String(position)),
    commandId: String(commandId),
    // The table's check says so.
    reason: reason as DeadLetter['reason'],
    error: error ?? null,
    attempts: Number(attempts),
    parkedAt: Number(parkedAt),
  }
}

export class PostgresDeadLetters implements DeadLetterStore {
  readonly #connections: Connections
  readonly #list: Statement
  readonly #find: Statement
  readonly #blocked: Statement
  readonly #count: Statement
  readonly #sql: Readonly<Record<'any' | 'lock' | 'blocked' | 'insert' | 'remove', string>>

  constructor(connections: Connections, names: Naming) {
    this.#connections = connections
    const sql = (text: string): string => withNames(text, names)
    const letters = '{schema}.{prefix}dead_letters'
    const blocked = `select distinct stream from ${letters}
      where projection = $1 and reason <> 'skipped' and stream = any ($2::text[])`
    this.#list = {
      name: 'dead_letters_list',
      text: sql(`select ${COLUMNS} from ${letters}
        where projection = $1 and sequence > $2 and ($3::text is null or stream = $3)
          and ($4::text[] is null or reason = any ($4)) order by sequence limit $5`),
    }
    this.#find = {
      name: 'dead_letters_find',
      text: sql(
        `select ${COLUMNS} from ${letters} where projection = $1 and "position" = any ($2::bigint[]) order by sequence`,
      ),
    }
    this.#blocked = { name: 'dead_letters_blocked', text: sql(blocked) }
    this.#count = {
      name: 'dead_letters_count',
      text: sql(`select reason, count(*) from ${letters} where projection = $1 group by reason`),
    }
    this.#sql = {
      any: sql(`select 1 from ${letters} where projection = $1 and reason <> 'skipped' limit 1`),
      // Whoever settles letters and whoever parks behind them take turns, so that no event overtakes another.
      lock: sql(
        `select pg_advisory_xact_lock(('${letters}'::regclass::oid::bigint << 32 >> 32)::integer, hashtext($1))`,
      ),
      blocked: sql(blocked),
      insert: sql(`insert into ${letters}
        (projection, event_id, stream, version, type, "position", command_id, reason, error, attempts, parked_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`),
      remove: sql(`delete from ${letters} where projection = $1 and sequence = $2`),
    }
  }

  async list(options: Parameters<DeadLetterStore['list']>[0]): Promise<readonly DeadLetter[]> {
    const { projection, stream = null, reasons = null, after = 0, limit } = options
    const values = [projection, after, stream, reasons, Math.max(0, limit)]
    return (await this.#connections.run('deadLetters.list', this.#list, values)).map(decode)
  }

  async find(projection: string, positions: readonly Position[]): Promise<readonly DeadLetter[]> {
    return (await this.#connections.run('deadLetters.find', this.#find, [projection, positions])).map(decode)
  }

  async blockedStreams(projection: string, streams: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#connections.run('deadLetters.blockedStreams', this.#blocked, [projection, streams])
    return new Set(rows.map(([stream]) => String(stream)))
  }

  async count(projection: string): Promise<Readonly<Record<DeadLetter['reason'], number>>> {
    const rows = await this.#connections.run('deadLetters.count', this.#count, [projection])
    return {
      failed: 0,
      waiting: 0,
      skipped: 0,
      ...Object.fromEntries(rows.map(([reason, count]) => [String(reason), Number(count)])),
    }
  }

  /** In the transaction of the caller. */
  async blockedIn(client: ClientBase, projection: string, streams: readonly string[]): Promise<ReadonlySet<string>> {
    if (streams.length === 0 || (await client.query(this.#sql.any, [projection])).rowCount === 0) return new Set()
    await client.query(this.#sql.lock, [projection])
    const { rows } = await client.query<{ stream: string }>(this.#sql.blocked, [projection, streams])
    return new Set(rows.map(({ stream }) => stream))
  }

  /** @throws DeadLetterGone (`DEAD_LETTER_GONE`) */
  async removeIn(client: ClientBase, projection: string, sequence: number): Promise<void> {
    await client.query(this.#sql.lock, [projection])
    const { rowCount } = await client.query(this.#sql.remove, [projection, sequence])
    if (rowCount !== 1) throw new DeadLetterGone(projection, sequence)
  }

  async addIn(client: ClientBase, letters: readonly NewDeadLetter[]): Promise<void> {
    for (const letter of letters) {
      const { projection, eventId, stream, version, type, position, commandId, reason, error, attempts, parkedAt } =
        letter
      await client.query(this.#sql.insert, [
        ...[projection, eventId, stream, version, type, position],
        ...[commandId, reason, error, attempts, parkedAt],
      ])
    }
  }
}
