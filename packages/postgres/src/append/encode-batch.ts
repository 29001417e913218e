import type { Commit, NewEvent, StreamCheck } from 'eventcore'
import { type ColumnWriter, NIL_UUID } from './column-writer.ts'

/** A batch as the append function of the database takes it. */
export interface EncodedBatch {
  /** Its arguments, but for the last two. Good until the writer begins anew. */
  readonly values: readonly (Buffer | boolean)[]
  /** The streams, in the order in which the function numbers them from 1. */
  readonly streams: readonly string[]
}

const VERIFIED = 0
const READ = 1
const WRITTEN = 2

/** A stream of the batch. */
interface BatchStream {
  readonly id: string
  mode: number
  absent: boolean
  readonly version: number
  readonly head: string
  /** Where it stands when all commits so far have succeeded. */
  newVersion: number
  newHead: string
  index: number
}

/** Commits, checks and streams are numbered from 1. */
interface BatchCheck {
  readonly commit: number
  readonly stream: BatchStream
  readonly version: number
  readonly head: string
  readonly base: number
}

interface BatchEvent {
  readonly commit: number
  readonly stream: BatchStream
  readonly version: number
  readonly ordinal: number
  /** Which check of its commit names its stream, from 0. */
  readonly read: number
  readonly event: NewEvent
  /** Its commit, when it is the first event of it. */
  readonly record: Commit | undefined
}

/** No id of an event has it, so a check that names something else than an id can never hold. */
const NO_EVENT = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Ids that JSON writes as they are. */
const PLAIN = /^[\w/.:@+ -]*$/

export const isCanonicalUuid = (id: string): boolean => CANONICAL_UUID.test(id)

/**
 * Everything that can be known beforehand is worked out here and not in the database: which streams are written to, where
 * they will stand if all goes well, and whether the commits agree with one another. Then the database compares once per
 * stream, and looks at single commits only when something is in the way.
 * @param plain false: the commits are to be looked at one by one anyway
 */
export function encodeBatch(writer: ColumnWriter, commits: readonly Commit[], plain: boolean): EncodedBatch {
  const streams = new Map<string, BatchStream>()
  const verified: Commit[] = []
  const checks: BatchCheck[] = []
  const events: BatchEvent[] = []

  for (let c = 0; c < commits.length; c++) {
    const commit = commits[c] as Commit
    const writes = commit.events.length > 0
    if (!writes) verified.push(commit)
    const firstCheck = checks.length
    for (let k = 0; k < commit.checks.length; k++) {
      const { stream: id, version, headId, base } = commit.checks[k] as StreamCheck
      const head = headId === null ? NIL_UUID : isCanonicalUuid(headId) ? headId : NO_EVENT
      let stream = streams.get(id)
      if (stream === undefined) {
        stream = { id, mode: VERIFIED, absent: false, version, head, newVersion: version, newHead: head, index: 0 }
        streams.set(id, stream)
      } else if (stream.newVersion !== version || stream.newHead !== head) {
        plain = false
      }
      if (version === 0) stream.absent = true
      if (writes && stream.mode === VERIFIED) stream.mode = READ
      checks.push({ commit: c + 1, stream, version, head, base })
    }
    for (let e = 0; e < commit.events.length; e++) {
      const event = commit.events[e] as NewEvent
      // A commit mostly has one stream, or few.
      let read = 0
      while (checks[firstCheck + read]?.stream.id !== event.stream) read++
      const { stream } = checks[firstCheck + read] as BatchCheck
      stream.mode = WRITTEN
      stream.newVersion++
      stream.newHead = event.id
      const record = e === 0 ? commit : undefined
      events.push({ commit: c + 1, stream, version: stream.newVersion, ordinal: e, read, event, record })
    }
  }

  // Any order will do for the locks, as long as everybody has the same.
  const ordered = [...streams.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  for (let i = 0; i < ordered.length; i++) (ordered[i] as BatchStream).index = i + 1

  writer.begin()
  return {
    streams: ordered.map(({ id }) => id),
    values: [
      writer.texts(ordered, ({ id }) => id),
      writer.integers(ordered, ({ mode }) => mode),
      writer.bigints(ordered, ({ version }) => version),
      writer.uuids(ordered, ({ head }) => head),
      writer.booleans(ordered, ({ absent }) => absent),
      writer.bigints(ordered, ({ newVersion }) => newVersion),
      writer.uuids(ordered, ({ newHead }) => newHead),
      plain,
      writer.texts(commits, ({ commandId }) => commandId),
      writer.texts(verified, ({ commandId }) => commandId),
      writer.integers(checks, ({ commit }) => commit),
      writer.integers(checks, ({ stream }) => stream.index),
      writer.bigints(checks, ({ version }) => version),
      writer.uuids(checks, ({ head }) => head),
      writer.bigints(checks, ({ base }) => base),
      writer.integers(events, ({ commit }) => commit),
      writer.integers(events, ({ stream }) => stream.index),
      writer.bigints(events, ({ version }) => version),
      writer.integers(events, ({ ordinal }) => ordinal),
      writer.integers(events, ({ read }) => read),
      writer.uuids(events, ({ event }) => event.id),
      writer.texts(events, ({ event }) => event.type),
      writer.json(events, ({ event }) => event.data),
      writer.texts(events, ({ record }) => (record === undefined ? null : record.commandId)),
      writer.texts(events, ({ record }) => (record === undefined ? null : record.commandName)),
      writer.texts(events, ({ record }) => (record === undefined ? null : record.inputHash)),
      writer.bigints(events, ({ record }) => (record === undefined ? null : record.recordedAt)),
      writer.texts(events, ({ record }) =>
        record === undefined || record.correlationId === record.commandId ? null : record.correlationId,
      ),
      writer.texts(events, ({ record }) => (record === undefined ? null : record.causationId)),
      writer.json(events, ({ record }) => (record === undefined ? null : record.metadata)),
      writer.json(events, ({ record }) => (record === undefined ? null : readsJson(record))),
      writer.integers(events, ({ record }) => (record === undefined ? null : record.events.length)),
    ],
  }
}

/** The read set as one flat JSON array: id, version, id, version, … */
function readsJson({ checks }: Commit): string {
  let json = '['
  for (const { stream, version } of checks)
    json += `${json === '[' ? '' : ','}${PLAIN.test(stream) ? `"${stream}"` : JSON.stringify(stream)},${version}`
  return `${json}]`
}
