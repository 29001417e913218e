import type { OutcomeStream } from '../command/outcome.ts'
import type { StreamKind } from '../stream/stream-kind.ts'
import type { AnyReference } from '../stream/stream-reference.ts'
import type { BoundReadOnlyStream } from './bound-stream.ts'
import type { Job } from './job.ts'
import { appended } from './small-list.ts'
import type { PendingEvent, StreamEntry } from './stream-entry.ts'

/** A stream as the handler got it: the same fold and access give the same object again. */
export interface View {
  readonly kind: StreamKind
  readonly access: OutcomeStream['access']
  readonly stream: BoundReadOnlyStream
}

/** One stream of an attempt's consistency boundary: what was read, and so what is checked. */
export interface BoundaryStream extends OutcomeStream {
  readonly entry: StreamEntry
  readonly version: number
  readonly headId: string | null
  /** The command whose pending event stands at the version read: if that one fails, so does this. */
  readonly dependsOn: Job | undefined
  access: OutcomeStream['access']
  views: readonly View[]
  /** What the decision writes to it, once it is numbered. */
  written: PendingEvent[] | undefined
}

/** How many streams it names. */
function sizeOf(reference: AnyReference): number {
  return reference.kind === 'stream' ? 1 : reference.streams.length
}

/** Whether the streams that are known and those of the references are more than the limit, each counted once. */
export function exceeds(
  limit: number,
  known: readonly { readonly stream: string }[],
  references: readonly AnyReference[],
): boolean {
  let most = known.length
  for (const reference of references) most += sizeOf(reference)
  if (most <= limit) return false
  const streams = new Set(known.map(({ stream }) => stream))
  for (const reference of references) {
    if (reference.kind === 'stream') streams.add(reference.stream)
    else for (const stream of reference.streams) streams.add(stream)
  }
  return streams.size > limit
}

/** Beyond so many streams a search through the list costs more than a map. */
const LIST_LIMIT = 8

const NO_VIEWS: readonly View[] = []

/** All streams that one attempt has read, each once. */
export class Boundary {
  streams: BoundaryStream[] = []
  #index: Map<StreamEntry, BoundaryStream> | undefined

  get(entry: StreamEntry): BoundaryStream | undefined {
    if (this.#index !== undefined) return this.#index.get(entry)
    for (const stream of this.streams) if (stream.entry === entry) return stream
    return undefined
  }

  /** Takes the stream in at the entry's current head; one that is there already keeps the version that was read first. */
  add(entry: StreamEntry, access: OutcomeStream['access'], found: OutcomeStream['found']): BoundaryStream {
    const known = this.get(entry)
    if (known !== undefined) {
      if (access === 'read-write') known.access = access
      return known
    }
    const stream: BoundaryStream = {
      stream: entry.stream,
      entry,
      version: entry.currentVersion,
      headId: entry.currentHeadId,
      dependsOn: entry.pending?.writer,
      access,
      found,
      views: NO_VIEWS,
      written: undefined,
    }
    this.streams = appended(this.streams, stream)
    if (this.#index !== undefined) this.#index.set(entry, stream)
    else if (this.streams.length > LIST_LIMIT) this.#index = new Map(this.streams.map((one) => [one.entry, one]))
    return stream
  }
}
