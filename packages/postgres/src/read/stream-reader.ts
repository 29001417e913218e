import {
  asPosition,
  DEFAULT_READ_LIMIT,
  type ReadOptions,
  type StoredEvent,
  type StreamInfo,
  type StreamListQuery,
  type StreamPageQuery,
  type StreamRead,
  type StreamSlice,
} from 'eventcore'
import { ColumnWriter } from '../append/column-writer.ts'
import type { Connections } from '../connection/connections.ts'
import type { Row, Statement } from '../connection/statement.ts'
import { type Naming, withNames } from '../schema/naming.ts'

/** Reads streams. */
export class StreamReader {
  readonly #connections: Connections
  readonly #writer = new ColumnWriter()
  readonly #read: Statement
  readonly #page: Statement
  readonly #list: Statement

  constructor(connections: Connections, names: Naming) {
    this.#connections = connections
    this.#read = {
      name: 'read_streams',
      text: withNames('select * from {schema}.{prefix}read_streams($1, $2, $3, $4)', names),
    }
    this.#page = {
      name: 'read_page',
      text: withNames('select * from {schema}.{prefix}read_page($1, $2, $3, $4)', names),
    }
    this.#list = {
      name: 'list_streams',
      text: withNames('select * from {schema}.{prefix}list_streams($1, $2, $3)', names),
    }
  }

  async read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    if (reads.length === 0) return []
    const limit = options?.limit ?? DEFAULT_READ_LIMIT
    const rows = await this.#connections.run('read', this.#read, () => {
      this.#writer.begin()
      return [
        this.#writer.texts(reads, ({ stream }) => stream),
        this.#writer.bigints(reads, ({ after }) => after),
        this.#writer.bigints(reads, ({ upTo }) => upTo ?? null),
        limit,
      ]
    })
    return slices(reads, rows)
  }

  async page(stream: string, { direction, from, limit }: StreamPageQuery): Promise<readonly StoredEvent[]> {
    const backwards = direction === 'backwards'
    const first = from ?? (backwards ? Number.MAX_SAFE_INTEGER : 1)
    const rows = await this.#connections.run('readStream', this.#page, [stream, backwards, first, limit])
    return rows.map((row) => storedEvent(stream, row, 0))
  }

  async list({ prefix = '', after = '', limit }: StreamListQuery): Promise<readonly StreamInfo[]> {
    const rows = await this.#connections.run('listStreams', this.#list, [prefix, after, limit])
    return rows.map(([stream, version]) => ({ stream: stream as string, version: Number(version) }))
  }
}

/** The rows of a snapshot read: number of the stream, its version and head, then an event. */
function slices(reads: readonly StreamRead[], rows: readonly Row[]): StreamSlice[] {
  let at = 0
  return reads.map(({ stream, after, upTo }, i) => {
    const first = rows[at] as Row
    const version = Number(first[1])
    const events: StoredEvent[] = []
    for (let row = rows[at]; row !== undefined && Number(row[0]) === i + 1; row = rows[++at])
      if (row[3] != null) events.push(storedEvent(stream, row, 3))
    const end = upTo === undefined || upTo > version ? version : upTo
    return { stream, version, headId: first[2] ?? null, events, complete: after + events.length >= end }
  })
}

function storedEvent(stream: string, row: Row, from: number): StoredEvent {
  return {
    id: row[from + 2] as string,
    stream,
    type: row[from + 3] as string,
    data: row[from + 4] as string,
    version: Number(row[from]),
    position: asPosition(row[from + 1] as string),
  }
}
