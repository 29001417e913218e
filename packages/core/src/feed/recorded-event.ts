import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Metadata } from '../command/metadata.ts'
import type { StreamVersion } from '../store/commit.ts'
import type { Position } from '../store/position.ts'
import type { StreamDefinition } from '../stream/define-stream.ts'
import type { EventData } from '../stream/event-payloads.ts'

/** Any stream definition. Without type parameters, so that whether something is one is decided without its payloads. */
export interface AnyStreamDefinition {
  readonly streamName: string
  readonly events: Readonly<Record<string, StandardSchemaV1>>
}

/** The commit that wrote an event: the command, and what led to it. */
export interface EventCommit {
  readonly commandId: string
  readonly commandName: string
  readonly correlationId: string
  readonly causationId: string | null
  /** Milliseconds since the epoch. */
  readonly recordedAt: number
  /** The version at which the command read each stream of its consistency boundary. */
  readonly reads: readonly StreamVersion[]
  readonly metadata: Metadata
}

/** An event as it stands in the feed, its payload decoded by the stream's definition. */
export interface RecordedEvent<Name extends string, Type extends string, Data> {
  readonly id: string
  /** The whole stream id: `account/alice`. */
  readonly stream: string
  /** Which kind of stream: `account`. Together with {@link type} it tells the payload. */
  readonly streamName: Name
  /** The stream id without the stream's name: `alice`. */
  readonly key: string
  readonly type: Type
  /** The schema's output, defaults and transforms applied. */
  readonly data: Data
  /** 1 for the first event of its stream. */
  readonly version: number
  readonly position: Position
  /** When it was committed, in milliseconds since the epoch, by the executor's clock. No order is to be read from it. */
  readonly time: number
  readonly commit: EventCommit
}

/** An event of which the types are known at run time only. */
export type AnyRecordedEvent = RecordedEvent<string, string, unknown>

/** All events of one stream definition, told apart by `type`: `EventOf<typeof Account>`. Of several, by `streamName` too. */
export type EventOf<Definition> =
  Definition extends StreamDefinition<infer Name, infer Events, infer _State>
    ? { [Type in keyof Events & string]: RecordedEvent<Name, Type, EventData<Events[Type]>> }[keyof Events & string]
    : never
