import type { StatementSync } from 'node:sqlite'
import {
  asPosition,
  type DeadLetter,
  DeadLetterGone,
  type DeadLetterStore,
  type NewDeadLetter,
  type Position,
} from 'eventcore'
import { Query } from '../query.ts'
import type { StoreAccess } from '../store-access.ts'

type Row = readonly [
  sequence: number,
  projection: string,
  eventId: string,
  stream: string,
  version: number,
  type: string,
  position: number,
  commandId: string,
  reason: string,
  error: string | null,
  attempts: number,
  parkedAt: number,
]

const COLUMNS =
  'sequence, projection, event_id, stream, version, type, position, command_id, reason, error, attempts, parked_at'

function decode(row: Row): DeadLetter {
  const [sequence, projection, eventId, stream, version, type, position, commandId, , error, attempts, parkedAt] = row
  return {
    sequence,
    projection,
    eventId,
    stream,
    version,
    type,
    position: asPosition(String(position)),
    commandId,
    // The table's CHECK says so.
    reason: row[8] as DeadLetter['reason'],
    error,
    attempts,
    parkedAt,
  }
}

/** Lists travel as one JSON text. */
const BLOCKED = `SELECT DISTINCT stream FROM eventcore_dead_letters
  WHERE projection = ? AND reason <> 'skipped' AND stream IN (SELECT value FROM json_each(?))`

export class SqliteDeadLetters implements DeadLetterStore {
  readonly #access: StoreAccess
  readonly #list: Query<Row>
  readonly #find: Query<Row>
  readonly #counts: Query<[reason: string, count: number]>
  readonly #blocked: Query<[stream: string]>
  readonly #blockedNow: Query<[stream: string]>
  readonly #anyNow: Query<[number]>
  readonly #insert: StatementSync
  readonly #delete: StatementSync
  readonly #clear: StatementSync

  constructor(access: StoreAccess) {
    this.#access = access
    const { reader, writer } = access
    this.#list = new Query(
      reader.db,
      `SELECT ${COLUMNS} FROM eventcore_dead_letters
       WHERE projection = ? AND sequence > ? AND (? IS NULL OR stream = ?)
         AND (? IS NULL OR reason IN (SELECT value FROM json_each(?)))
       ORDER BY sequence LIMIT ?`,
    )
    this.#find = new Query(
      reader.db,
      `SELECT ${COLUMNS} FROM eventcore_dead_letters
       WHERE projection = ? AND position IN (SELECT value FROM json_each(?)) ORDER BY sequence`,
    )
    this.#counts = new Query(
      reader.db,
      'SELECT reason, count(*) AS count FROM eventcore_dead_letters WHERE projection = ? GROUP BY reason',
    )
    this.#blocked = new Query(reader.db, BLOCKED)
    this.#blockedNow = new Query(writer.db, BLOCKED)
    this.#anyNow = new Query(
      writer.db,
      "SELECT 1 AS one FROM eventcore_dead_letters WHERE projection = ? AND reason <> 'skipped' LIMIT 1",
    )
    this.#insert = writer.db.prepare(
      `INSERT INTO eventcore_dead_letters
         (projection, event_id, stream, version, type, position, command_id, reason, error, attempts, parked_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#delete = writer.db.prepare('DELETE FROM eventcore_dead_letters WHERE projection = ? AND sequence = ?')
    this.#clear = writer.db.prepare('DELETE FROM eventcore_dead_letters WHERE projection = ?')
  }

  list(options: Parameters<DeadLetterStore['list']>[0]): Promise<readonly DeadLetter[]> {
    const { projection, stream = null, reasons, after = 0, limit } = options
    const wanted = reasons === undefined ? null : JSON.stringify(reasons)
    return this.#access.read('deadLetters.list', () =>
      this.#list.all(projection, after, stream, stream, wanted, wanted, Math.max(0, limit)).map(decode),
    )
  }

  find(projection: string, positions: readonly Position[]): Promise<readonly DeadLetter[]> {
    return this.#access.read('deadLetters.find', () =>
      this.#find.all(projection, JSON.stringify(positions.map(Number))).map(decode),
    )
  }

  blockedStreams(projection: string, streams: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#access.read('deadLetters.blockedStreams', () =>
      streamsOf(this.#blocked.all(projection, JSON.stringify(streams))),
    )
  }

  count(projection: string): Promise<Readonly<Record<DeadLetter['reason'], number>>> {
    return this.#access.read('deadLetters.count', () => ({
      failed: 0,
      waiting: 0,
      skipped: 0,
      ...Object.fromEntries(this.#counts.all(projection)),
    }))
  }

  /** In the write transaction of the caller. */
  blockedNow(projection: string, streams: readonly string[]): ReadonlySet<string> {
    if (streams.length === 0 || this.#anyNow.get(projection) === undefined) return new Set()
    return streamsOf(this.#blockedNow.all(projection, JSON.stringify(streams)))
  }

  /** @throws DeadLetterGone (`DEAD_LETTER_GONE`) */
  removeNow(projection: string, sequence: number): void {
    if (this.#delete.run(projection, sequence).changes !== 1) throw new DeadLetterGone(projection, sequence)
  }

  addNow(letters: readonly NewDeadLetter[]): void {
    for (const letter of letters) {
      const { projection, eventId, stream, version, type, position, commandId, reason, error, attempts, parkedAt } =
        letter
      const where = [projection, eventId, stream, version, type, Number(position)] as const
      this.#insert.run(...where, commandId, reason, error, attempts, parkedAt)
    }
  }

  clearNow(projection: string): void {
    this.#clear.run(projection)
  }
}

const streamsOf = (rows: readonly (readonly [string])[]): ReadonlySet<string> => new Set(rows.map(([stream]) => stream))
