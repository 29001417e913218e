import type { CommitRecord } from './commit.ts'
import type { Cursor } from './position.ts'
import type { StoredEvent } from './stored-event.ts'

/** An event of the feed, with the record of the commit that wrote it. */
export interface FeedEvent extends StoredEvent {
  /** Shared by all events of one commit. */
  readonly commit: CommitRecord
}

/** Which events a reader wants. The store applies it; what is named in several ways must match in all of them. */
export interface FeedFilter {
  /** Whole stream ids. An empty list matches nothing. */
  readonly streams?: readonly string[]
  /** Literal beginning of the stream id: no wildcards, case counts. */
  readonly prefix?: string
  /** The same for several beginnings, of which one must match. An empty list matches nothing. */
  readonly prefixes?: readonly string[]
  /** A pattern over the whole stream id: `*` any run of characters, `?` one, `[a-z]`, `[!a-z]`. */
  readonly pattern?: string
  /** Event types. An empty list matches nothing. */
  readonly types?: readonly string[]
}

/**
 * The beginnings of which one must match, `prefix` and `prefixes` taken together; `undefined` lets all pass.
 * @internal for stores
 */
export function prefixesOf({ prefix, prefixes }: FeedFilter): readonly string[] | undefined {
  if (prefix === undefined || prefix === '') return prefixes
  if (prefixes === undefined) return [prefix]
  const both = prefixes.map((one) => (one.startsWith(prefix) ? one : prefix.startsWith(one) ? prefix : undefined))
  return both.flatMap((one) => one ?? [])
}

export interface FeedQuery {
  /** Exclusive. Absent: from the first event. */
  readonly after?: Cursor | undefined
  /** At most so many events. 0 gives an empty page whose cursor is the one given. */
  readonly limit: number
  readonly filter?: FeedFilter | undefined
}

export interface FeedPage {
  readonly events: readonly FeedEvent[]
  /** Where to go on: the last event *scanned*, matching or not. Absent when nothing was scanned and none was given. */
  readonly cursor: Cursor | undefined
  /** True when the page reached the end of what was readable when it was read. */
  readonly atHead: boolean
}
