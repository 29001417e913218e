import type { Commit } from 'eventcore'
import {
  encodeBigints,
  encodeBooleans,
  encodeIntegers,
  encodeJson,
  encodeTexts,
  encodeUuids,
  NIL_UUID,
} from './wire-arrays.ts'

/** A batch as the append function of the database takes it. */
export interface EncodedBatch {
  /** Its arguments, but for the last two. */
  readonly values: readonly (Buffer | boolean)[]
  /** The streams, in the order in which the function numbers them from 1. */
  readonly streams: readonly string[]
  /** How many events the batch has. */
  readonly events: number
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
export function encodeBatch(commits: readonly Commit[], plain: boolean): EncodedBatch {
  const streams = new Map<string, BatchStream>()
  const commandIds: string[] = []
  const verified: string[] = []
  const checks = {
    commit: [] as number[],
    stream: [] as BatchStream[],
    version: [] as number[],
    head: [] as string[],
    base: [] as number[],
  }
  const events = {
    commit: [] as number[],
    stream: [] as BatchStream[],
    version: [] as number[],
    ordinal: [] as number[],
    read: [] as number[],
    id: [] as string[],
    type: [] as string[],
    data: [] as string[],
  }
  // One entry per event: the record stands with the first event of its commit.
  const records: (Commit | undefined)[] = []

  for (let c = 0; c < commits.length; c++) {
    const commit = commits[c] as Commit
    const writes = commit.events.length > 0
    commandIds.push(commit.commandId)
    if (!writes) verified.push(commit.commandId)
    const touched: BatchStream[] = []
    for (const { stream, version, headId, base } of commit.checks) {
      const head = headId === null ? NIL_UUID : isCanonicalUuid(headId) ? headId : NO_EVENT
      let entry = streams.get(stream)
      if (entry === undefined) {
        entry = {
          id: stream,
          mode: VERIFIED,
          absent: false,
          version,
          head,
          newVersion: version,
          newHead: head,
          index: 0,
        }
        streams.set(stream, entry)
      } else if (entry.newVersion !== version || entry.newHead !== head) {
        plain = false
      }
      if (version === 0) entry.absent = true
      if (writes && entry.mode === VERIFIED) entry.mode = READ
      touched.push(entry)
      checks.commit.push(c + 1)
      checks.stream.push(entry)
      checks.version.push(version)
      checks.head.push(head)
      checks.base.push(base)
    }
    for (let e = 0; e < commit.events.length; e++) {
      const { stream, id, type, data } = commit.events[e] as Commit['events'][number]
      // A commit mostly has one stream, or few.
      let read = 0
      while (touched[read]?.id !== stream) read++
      const entry = touched[read] as BatchStream
      entry.mode = WRITTEN
      entry.newVersion++
      entry.newHead = id
      events.commit.push(c + 1)
      events.stream.push(entry)
      events.version.push(entry.newVersion)
      events.ordinal.push(e)
      events.read.push(read)
      events.id.push(id)
      events.type.push(type)
      events.data.push(data)
      records.push(e === 0 ? commit : undefined)
    }
  }

  // Any order will do for the locks, as long as everybody has the same.
  const ordered = [...streams.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  for (let i = 0; i < ordered.length; i++) (ordered[i] as BatchStream).index = i + 1

  const record = <T>(of: (commit: Commit) => T): (T | null)[] =>
    records.map((commit) => (commit === undefined ? null : of(commit)))
  return {
    streams: ordered.map(({ id }) => id),
    events: events.id.length,
    values: [
      encodeTexts(ordered.map(({ id }) => id)),
      encodeIntegers(ordered.map(({ mode }) => mode)),
      encodeBigints(ordered.map(({ version }) => version)),
      encodeUuids(ordered.map(({ head }) => head)),
      encodeBooleans(ordered.map(({ absent }) => absent)),
      encodeBigints(ordered.map(({ newVersion }) => newVersion)),
      encodeUuids(ordered.map(({ newHead }) => newHead)),
      plain,
      encodeTexts(commandIds),
      encodeTexts(verified),
      encodeIntegers(checks.commit),
      encodeIntegers(checks.stream.map(({ index }) => index)),
      encodeBigints(checks.version),
      encodeUuids(checks.head),
      encodeBigints(checks.base),
      encodeIntegers(events.commit),
      encodeIntegers(events.stream.map(({ index }) => index)),
      encodeBigints(events.version),
      encodeIntegers(events.ordinal),
      encodeIntegers(events.read),
      encodeUuids(events.id),
      encodeTexts(events.type),
      encodeJson(events.data),
      encodeTexts(record(({ commandId }) => commandId)),
      encodeTexts(record(({ commandName }) => commandName)),
      encodeTexts(record(({ inputHash }) => inputHash)),
      encodeBigints(record(({ recordedAt }) => recordedAt)),
      encodeTexts(record(({ correlationId, commandId }) => (correlationId === commandId ? null : correlationId))),
      encodeTexts(record(({ causationId }) => causationId)),
      encodeJson(record(({ metadata }) => metadata)),
      encodeJson(record(readsJson)),
      encodeIntegers(record(({ events }) => events.length)),
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
