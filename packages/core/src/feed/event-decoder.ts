import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Metadata } from '../command/metadata.ts'
import { InvalidDefinition } from '../errors/definition-errors.ts'
import { EventDecodeError } from '../errors/event-errors.ts'
import { decodeEvent } from '../executor/decode-event.ts'
import type { CommitRecord } from '../store/commit.ts'
import type { FeedEvent, FeedFilter } from '../store/feed.ts'
import type { AnyRecordedEvent, AnyStreamDefinition, EventCommit } from './recorded-event.ts'

interface DecodedKind {
  readonly name: string
  readonly schemas: ReadonlyMap<string, StandardSchemaV1>
}

/** Turns events of the feed into what subscribers and projections see, for the streams that they listen to. */
export class EventDecoder {
  readonly #kinds: ReadonlyMap<string, DecodedKind>
  // The events of one commit share its record, and stand together.
  #record: CommitRecord | undefined
  #commit: EventCommit | undefined

  /** @throws InvalidDefinition (`INVALID_DEFINITION`) when there is no stream, or one name twice */
  constructor(definitions: readonly AnyStreamDefinition[]) {
    const kinds = new Map<string, DecodedKind>()
    for (const { streamName: name, events } of definitions) {
      if (kinds.has(name))
        throw new InvalidDefinition(
          `Two of the streams listened to are called "${name}". Name each kind of stream once.`,
        )
      kinds.set(name, { name, schemas: new Map(Object.entries(events)) })
    }
    if (kinds.size === 0) throw new InvalidDefinition('No stream is listened to. Name at least one stream definition.')
    this.#kinds = kinds
  }

  /** Whether the event belongs to one of the streams: the store's filter may let others through. */
  concerns(event: FeedEvent): boolean {
    return this.#kinds.has(nameOf(event.stream))
  }

  /** @throws EventDecodeError (`EVENT_DECODE_ERROR`) */
  decode(event: FeedEvent): AnyRecordedEvent {
    const { id, stream, type, version, position, commit } = event
    const streamName = nameOf(stream)
    const kind = this.#kinds.get(streamName)
    if (kind === undefined) throw new EventDecodeError(event, `no definition of the stream "${streamName}" was given`)
    const data = decodeEvent(kind, event)
    if (commit !== this.#record || this.#commit === undefined) {
      this.#commit = decodeCommit(commit)
      this.#record = commit
    }
    return {
      id,
      stream,
      streamName,
      key: stream.slice(streamName.length + 1),
      type,
      data,
      version,
      position,
      time: commit.recordedAt,
      commit: this.#commit,
    }
  }

  /**
   * What the store is asked for: at least all events of these streams that pass the filter. Types are not filtered unless
   * somebody asks for it: an event that the definition does not know must be seen, not skipped.
   */
  filter(wanted: FeedFilter = {}): FeedFilter {
    if (wanted.prefixes !== undefined || wanted.streams !== undefined) return wanted
    return { ...wanted, prefixes: [...this.#kinds.keys()].map((name) => `${name}/`) }
  }
}

/** The name of a stream: what stands before the first `/`. */
function nameOf(stream: string): string {
  const end = stream.indexOf('/')
  return end === -1 ? stream : stream.slice(0, end)
}

function decodeCommit(record: CommitRecord): EventCommit {
  const { commandId, commandName, correlationId, causationId, recordedAt, reads, metadata } = record
  return {
    commandId,
    commandName,
    correlationId,
    causationId,
    recordedAt,
    reads,
    // Encoded by the executor, from metadata.
    metadata: metadata === '{}' ? {} : (JSON.parse(metadata) as Metadata),
  }
}
