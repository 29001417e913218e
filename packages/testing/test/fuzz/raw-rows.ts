import { DatabaseSync } from 'node:sqlite'
import { Account } from '../specification/bank.ts'

/** Where the rows contradict themselves: whoever asks must be told that something is wrong. */
export const DAMAGED = Symbol('damaged')

interface EventRow {
  readonly position: bigint
  readonly stream: bigint
  readonly version: bigint
  readonly id: string
  readonly type: string
  readonly data: string
}

interface CommitRow {
  readonly position: bigint
  readonly command_id: string | Uint8Array | bigint | number
  readonly events: bigint
  readonly command_name: string
  readonly input_hash: string
  readonly reads: string | null
  readonly recorded_at: bigint
  readonly correlation_id: string | null
  readonly causation_id: string | null
  readonly metadata: string | null
}

interface Rows {
  readonly events: readonly EventRow[]
  readonly commits: readonly CommitRow[]
  readonly streams: ReadonlyMap<bigint, string>
}

/**
 * What every question must be answered with, from the rows themselves: read once more, with none of the store's code. By the
 * question, in the words of questions.ts.
 */
export function expectedAnswers(
  path: string,
  names: readonly string[],
  commandIds: readonly string[],
): ReadonlyMap<string, unknown> {
  const rows = readRows(path)
  return new Map<string, unknown>([
    ...names.map((name) => [`state of ${name}`, stateOf(rows, `account/${name}`)] as const),
    ...names.map((name) => [`events of ${name}`, eventsOf(rows, `account/${name}`)] as const),
    ...commandIds.map((id) => [`commit ${id}`, commitOf(rows, id)] as const),
    ['feed', feedOf(rows)],
  ])
}

function readRows(path: string): Rows {
  const db = new DatabaseSync(path, { readOnly: true })
  const all = (sql: string): Record<string, unknown>[] => {
    const statement = db.prepare(sql)
    statement.setReadBigInts(true)
    return statement.all()
  }
  try {
    return {
      // The columns of the schema, whose types SQLite itself sees to.
      events: all('SELECT * FROM eventcore_events ORDER BY position') as unknown as EventRow[],
      commits: all('SELECT * FROM eventcore_commits ORDER BY position') as unknown as CommitRow[],
      streams: new Map(
        all('SELECT id, name FROM eventcore_streams').map(({ id, name }) => [id as bigint, name as string]),
      ),
    }
  } finally {
    db.close()
  }
}

/** Versions begin with 1: what stands before is not in the stream, as if it were deleted. */
function ofStream({ events, streams }: Rows, stream: string): readonly EventRow[] {
  return events
    .filter((row) => streams.get(row.stream) === stream && row.version > 0n)
    .sort((a, b) => (a.version < b.version ? -1 : 1))
}

const eventOf = ({ streams }: Rows, { id, type, data, version, position, stream }: EventRow) => ({
  id,
  stream: streams.get(stream),
  type,
  data,
  version: Number(version),
  position: String(position),
})

/** Versions without a gap, and at least one event where there is a stream. */
function eventsOf(rows: Rows, stream: string): unknown {
  const own = ofStream(rows, stream)
  if (own.length === 0 && [...rows.streams.values()].includes(stream)) return DAMAGED
  return own.every(({ version }, i) => version === BigInt(i + 1)) ? own.map((row) => eventOf(rows, row)) : DAMAGED
}

/** What a fold makes of it that only keeps what it sees. */
function stateOf(all: Rows, stream: string): unknown {
  if (eventsOf(all, stream) === DAMAGED) return DAMAGED
  const seen: unknown[] = []
  for (const { type, data } of ofStream(all, stream)) {
    const value = parsed(data)
    const schema = Object.entries(Account.events).find(([name]) => name === type)?.[1]
    const result = value === DAMAGED ? undefined : schema?.['~standard'].validate(value)
    const readable = result !== undefined && !(result instanceof Promise) && result.issues === undefined
    if (!readable) return DAMAGED
    seen.push([type, result.value])
  }
  return seen
}

function commitOf(rows: Rows, commandId: string): unknown {
  const commit = rows.commits.find((row) => row.command_id === commandId)
  if (commit === undefined) return []
  const events = rows.events.filter(
    ({ position }) => position >= commit.position && position < commit.position + commit.events,
  )
  const record = recordOf(rows, commit)
  if (rows.commits.some(({ position }) => position > commit.position && position < commit.position + commit.events))
    return DAMAGED
  if (record === DAMAGED || events.length === 0 || BigInt(events.length) !== commit.events) return DAMAGED
  if (events.some(({ stream, version }) => !rows.streams.has(stream) || version < 1n)) return DAMAGED
  return [{ ...Object(record), events: events.map((row) => eventOf(rows, row)) }]
}

/** Every event, with its commit. Positions have no gaps on SQLite. */
function feedOf(rows: Rows): unknown {
  const feed: unknown[] = []
  let end = 0n
  // Positions begin with 1: what stands before is not in the feed, as if it were deleted.
  for (const row of rows.events.filter(({ position }) => position > 0n)) {
    const commit = rows.commits.findLast(({ position }) => position <= row.position)
    const within = commit !== undefined && row.position < commit.position + commit.events
    if (commit?.position === row.position && end > row.position) return DAMAGED
    end = within ? commit.position + commit.events : end
    const record = within ? recordOf(rows, commit) : DAMAGED
    if (
      record === DAMAGED ||
      row.version < 1n ||
      !rows.streams.has(row.stream) ||
      row.position !== BigInt(feed.length + 1)
    )
      return DAMAGED
    feed.push({ ...eventOf(rows, row), commit: record })
  }
  return end > BigInt(feed.length + 1) ? DAMAGED : feed
}

function recordOf(rows: Rows, commit: CommitRow): unknown {
  const { command_id: commandId, correlation_id: correlationId, causation_id: causationId, metadata } = commit
  const first = rows.events.find(({ position }) => position === commit.position)
  const reads =
    commit.reads === null ? (first === undefined ? DAMAGED : beforeIt(rows, first)) : readsOf(parsed(commit.reads))
  if (reads === DAMAGED) return DAMAGED
  const id = commandId instanceof Uint8Array ? uuid(commandId) : String(commandId)
  if (commandId instanceof Uint8Array && commandId.length !== 16) return DAMAGED
  return {
    commandId: id,
    commandName: commit.command_name,
    inputHash: commit.input_hash,
    reads,
    recordedAt: Number(commit.recorded_at),
    correlationId: correlationId ?? id,
    causationId,
    metadata: metadata ?? '{}',
  }
}

const beforeIt = ({ streams }: Rows, { stream, version }: EventRow): unknown => {
  const name = streams.get(stream)
  return name === undefined ? DAMAGED : [{ stream: name, version: Number(version) - 1 }]
}

/** Streams and versions, in turn. */
function readsOf(flat: unknown): unknown {
  if (!Array.isArray(flat) || flat.length % 2 !== 0) return DAMAGED
  const reads: unknown[] = []
  for (let i = 0; i < flat.length; i += 2) {
    const [stream, version]: unknown[] = flat.slice(i, i + 2)
    if (typeof stream !== 'string' || !Number.isSafeInteger(version) || Number(version) < 0) return DAMAGED
    reads.push({ stream, version })
  }
  return reads
}

const uuid = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return DAMAGED
  }
}
