import type { CommandKind, UntypedTimelineStep } from '../command/command-kind.ts'
import { EventDecodeError } from '../errors/event-errors.ts'
import { freezeDeeply } from '../payload/freeze-deeply.ts'
import type { EventStore } from '../store/event-store.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import type { StreamKind } from '../stream/stream-kind.ts'
import type { AnyReference, References } from '../stream/stream-reference.ts'
import { checkedRead } from './checked-read.ts'
import { decodeEvent } from './decode-event.ts'

/** What a timeline came to, and at which versions of its streams. */
export interface TimelineState {
  readonly state: unknown
  readonly heads: ReadonlyMap<string, { readonly version: number; readonly headId: string | null }>
}

/** How many events of one stream are in memory while a timeline is folded. */
const PAGE = 500

/** How many pages are read at once for one timeline. */
const READS_AT_ONCE = 2

interface Source {
  readonly stream: string
  readonly kind: StreamKind
  readonly steps: Readonly<Record<string, UntypedTimelineStep>>
}

/**
 * Folds the events of several streams in the order of their positions: a merge of one bounded page per stream, all of them
 * ending where the first read found their heads. Always from the beginning: an event that was missed may sort before what
 * was folded already.
 * @param reader for whom: when it is settled, what it comes to is of no use to anybody, and it stops
 */
export async function readTimeline(
  store: EventStore,
  timeline: NonNullable<CommandKind['timeline']>,
  declared: References,
  reader: { readonly isSettled: boolean },
): Promise<TimelineState> {
  const sources = sourcesOf(timeline, declared)
  const streams = [...new Set(sources.map(({ stream }) => stream))]
  // One snapshot fixes the versions of all; no events yet.
  const fixed = await checkedRead(
    store,
    streams.map((stream) => ({ stream, after: 0 })),
    { limit: 0 },
  )
  const heads = new Map(fixed.map(({ stream, version, headId }) => [stream, { version, headId }]))
  let state = freezeDeeply(timeline.initial())
  for await (const event of merge(store, streams, heads, reader)) {
    for (const source of sources) {
      if (source.stream !== event.stream || !Object.hasOwn(source.steps, event.type)) continue
      const apply = source.steps[event.type] as UntypedTimelineStep
      const data = decodeEvent(source.kind, event)
      try {
        state = freezeDeeply(apply(state, data, event))
      } catch (cause) {
        throw new EventDecodeError(event, 'a timeline failed on it', { cause })
      }
    }
  }
  return { state, heads }
}

/** The ids of the streams that a timeline folds. */
export function timelineStreams(
  timeline: NonNullable<CommandKind['timeline']>,
  declared: References,
): readonly string[] {
  return [...new Set(sourcesOf(timeline, declared).map(({ stream }) => stream))]
}

function sourcesOf(timeline: NonNullable<CommandKind['timeline']>, declared: References): readonly Source[] {
  return Object.entries(timeline.apply).flatMap(([name, steps]) => {
    const reference = Object.hasOwn(declared, name) ? (declared[name] as AnyReference) : undefined
    if (reference === undefined) throw new TypeError(`its timeline names "${name}", which is none of its streams`)
    const streams = reference.kind === 'stream' ? [reference.stream] : reference.streams
    return streams.map((stream) => ({ stream, kind: reference.definition, steps }))
  })
}

/** A stream on its way into the merge, page by page. */
interface Line {
  readonly stream: string
  page: readonly StoredEvent[]
  /** In the page. */
  next: number
  /** The last one that was read. */
  version: number
  /** Up to which it is merged. */
  end: number
}

async function* merge(
  store: EventStore,
  streams: readonly string[],
  heads: TimelineState['heads'],
  reader: { readonly isSettled: boolean },
): AsyncGenerator<StoredEvent> {
  const lines = streams.map(
    (stream): Line => ({
      stream,
      page: [],
      next: 0,
      version: 0,
      end: heads.get(stream)?.version ?? 0,
    }),
  )
  for (;;) {
    const empty = lines.filter((line) => line.next === line.page.length && line.version < line.end)
    if (empty.length > 0) {
      for (let i = 0; i < empty.length && !reader.isSettled; i += READS_AT_ONCE)
        await Promise.all(empty.slice(i, i + READS_AT_ONCE).map((line) => turnPage(store, line)))
      if (reader.isSettled) return
      continue
    }
    let first: Line | undefined
    for (const line of lines) {
      if (line.next === line.page.length) continue
      if (first === undefined || store.comparePositions(headOf(line).position, headOf(first).position) < 0) first = line
    }
    if (first === undefined) return
    yield headOf(first)
    first.next++
  }
}

async function turnPage(store: EventStore, line: Line): Promise<void> {
  const read = { stream: line.stream, after: line.version, upTo: line.end }
  const [slice] = await checkedRead(store, [read], { limit: PAGE })
  line.page = slice?.events ?? []
  line.next = 0
  // A stream that lost events since its head was read has no more to give.
  if (line.page.length === 0) line.end = line.version
  else line.version = (line.page[line.page.length - 1] as StoredEvent).version
}

function headOf(line: Line): StoredEvent {
  return line.page[line.next] as StoredEvent
}
