import type { EventInput } from '../stream/event-payloads.ts'
import type { AnyReference, StreamReference, StreamsReference } from '../stream/stream-reference.ts'
import type { Emitted } from './emitted.ts'

/** A stream as a command reads it, without the right to write. */
export interface ReadOnlyStream<State> {
  /** The whole stream id: `account/alice`. */
  readonly stream: string
  /** What the command named it by: `alice` of `account/alice`. */
  readonly key: string
  /** Folded from all events of the stream that the command saw. Frozen. */
  readonly state: Readonly<State>
  /** How many events the stream has; 0 when it does not exist. */
  readonly version: number
  readonly exists: boolean
}

/** A stream that a command reads and may write. */
export interface WritableStream<CommandName extends string, Events, State> extends ReadOnlyStream<State> {
  /**
   * Makes an event for this stream. It is written when `handle` returns it, and only then: one that is made and not
   * returned is an error, unless the command rejects.
   * @throws PayloadError (`PAYLOAD_ERROR`) when the payload would not come back from JSON as it went.
   * @throws InvalidEvent (`INVALID_EVENT`) when the event's schema rejects it.
   */
  emit<Type extends keyof Events & string>(type: Type, data: PayloadOfEach<Events, Type>): Emitted<CommandName>
}

/** What is a payload of each of several events: where the type is not known to be one of them, it must fit them all. */
type PayloadOfEach<Events, Type extends keyof Events> = (
  Type extends unknown
    ? (payload: EventInput<Events[Type]>) => void
    : never
) extends (payload: infer Payload) => void
  ? Payload
  : never

/** Several streams of one kind, by the ids that the command named. */
export interface StreamCollection<Stream> extends Iterable<Stream> {
  /**
   * The stream of this id.
   * @throws StreamNotRead (`STREAM_NOT_READ`) for an id that the command did not name.
   */
  of(id: string): Stream
  /** The ids, each once, in the order given. */
  readonly ids: readonly string[]
}

/** What a handler gets for a reference. */
export type CommandStream<Reference extends AnyReference, CommandName extends string> =
  Reference extends StreamReference<string, infer Events, infer State, infer Mode>
    ? StreamFor<CommandName, Events, State, Mode>
    : Reference extends StreamsReference<string, infer Events, infer State, infer Mode>
      ? StreamCollection<StreamFor<CommandName, Events, State, Mode>>
      : never

type StreamFor<CommandName extends string, Events, State, Mode> = Mode extends 'read-only'
  ? ReadOnlyStream<State>
  : WritableStream<CommandName, Events, State>

/** What `discover` gets for a reference: its state, and no right to write. */
export type DiscoveryStream<Reference extends AnyReference> =
  Reference extends StreamReference<string, infer _Events, infer State, infer _Mode>
    ? ReadOnlyStream<State>
    : Reference extends StreamsReference<string, infer _Events, infer State, infer _Mode>
      ? StreamCollection<ReadOnlyStream<State>>
      : never
