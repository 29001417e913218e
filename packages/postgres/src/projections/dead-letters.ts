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

/** Reasons that hold events up: there is an index of these letters. */
const isHeld = (reasons: readonly DeadLetter['reason'][] | undefined): boolean =>
  reasons !== undefined && !reasons.includes('skipped')

export class PostgresDeadLetters implements DeadLetterStore {
  readonly #connections: Connections
  readonly #statements: Readonly<Record<'list' | 'stream' | 'held' | 'find' | 'blocked' | 'count', Statement>>
  readonly #sql: Readonly<Record<'any' | 'lock' | 'blocked' | 'insert' | 'remove', string>>

  constructor(connections: Connections, names: Naming) {
    this.#connections = connections
    const sql = (text: string): string => withNames(text, names)
    const statement = (name: string, text: string): Statement => ({ name: `dead_letters_${name}`, text: sql(text) })
    const letters = '{schema}.{prefix}dead_letters'
    const list = (range: string): string => `select ${COLUMNS} from ${letters}
      where ${range} and ($3::text[] is null or reason = any ($3))`
    // Rows are compared as the index has them: by equality and "order by sequence" planners have walked the primary key past the
    // letters of all other projections, and read and sorted all letters of a stream.
    const ofProjection = '(projection, sequence) > ($1, $2) and projection <= $1'
    const blocked = `select s.stream from unnest($2::text[]) s (stream) cross join lateral (
      select from ${letters} l
        where (l.projection, l.stream) >= ($1, s.stream) and (l.projection, l.stream) <= ($1, s.stream) and l.reason <> 'skipped'
        order by l.projection, l.stream limit 1) held`
    this.#statements = {
      // One text for each way: a plan for all values cannot leave out the conditions that do not count.
      list: statement('list', `${list(ofProjection)} order by projection, sequence limit $4`),
      stream: statement(
        'list_stream',
        `${list(`${ofProjection} and stream = $5`)} order by projection, sequence limit $4`,
      ),
      held: statement(
        'list_held',
        `${list(`(projection, stream, sequence) > ($1, $5, $2) and (projection, stream) <= ($1, $5) and reason <> 'skipped'`)}
        order by projection, stream, sequence limit $4`,
      ),
      find: statement(
        'find',
        `select ${COLUMNS} from ${letters} where projection = $1 and "position" = any ($2::bigint[]) order by sequence`,
      ),
      blocked: statement('blocked', blocked),
      count: statement('count', `select reason, count(*) from ${letters} where projection = $1 group by reason`),
    }
    this.#sql = {
      // In the order of the index, so that nobody looks for the first one by walking over the skipped.
      any: sql(
        `select 1 from ${letters} where projection = $1 and reason <> 'skipped' order by stream, sequence limit 1`,
      ),
      // Whoever settles letters and whoever parks behind them take turns, so that no event overtakes another.
      lock: sql(
        `select pg_advisory_xact_lock(('${letters}'::regclass::oid::bigint << 32 >> 32)::integer, hashtext($1))`,
      ),
      blocked: sql(blocked),
      // Sequences rise in the order of the arrays: one round trip, however many events wait behind one that failed.
      insert: sql(`insert into ${letters}
          (projection, event_id, stream, version, type, "position", command_id, reason, error, attempts, parked_at)
        select projection, event_id, stream, version, type, "position", command_id, reason, error, attempts, parked_at
          from unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[],
              $9::text[], $10::integer[], $11::bigint[]) with ordinality
            x (projection, event_id, stream, version, type, "position", command_id, reason, error, attempts, parked_at, n)
          order by n`),
      remove: sql(`delete from ${letters} where projection = $1 and sequence = $2`),
    }
  }

  async list(options: Parameters<DeadLetterStore['list']>[0]): Promise<readonly DeadLetter[]> {
    const { projection, stream, reasons, after = 0, limit } = options
    const { list, stream: ofStream, held } = this.#statements
    const statement = stream === undefined ? list : isHeld(reasons) ? held : ofStream
    const values = [projection, after, reasons ?? null, Math.max(0, limit), ...(stream === undefined ? [] : [stream])]
    return (await this.#connections.run('deadLetters.list', statement, values)).map(decode)
  }

  async find(projection: string, positions: readonly Position[]): Promise<readonly DeadLetter[]> {
    return (await this.#connections.run('deadLetters.find', this.#statements.find, [projection, positions])).map(decode)
  }

  async blockedStreams(projection: string, streams: readonly string[]): Promise<ReadonlySet<string>> {
    const { blocked } = this.#statements
    const rows = await this.#connections.run('deadLetters.blockedStreams', blocked, [projection, streams])
    return new Set(rows.map(([stream]) => String(stream)))
  }

  async count(projection: string): Promise<Readonly<Record<DeadLetter['reason'], number>>> {
    const rows = await this.#connections.run('deadLetters.count', this.#statements.count, [projection])
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
    if (letters.length === 0) return
    const column = <K extends keyof NewDeadLetter>(name: K): NewDeadLetter[K][] => letters.map((one) => one[name])
    await client.query(this.#sql.insert, [
      ...[column('projection'), column('eventId'), column('stream'), column('version'), column('type')],
      ...[column('position'), column('commandId'), column('reason'), column('error'), column('attempts')],
      column('parkedAt'),
    ])
  }
}
