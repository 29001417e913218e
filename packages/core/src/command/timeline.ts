import type { EventData } from '../stream/event-payloads.ts'
import type { FoldedEvent, NextState } from '../stream/fold.ts'
import type { AnyReference, References, StreamReference, StreamsReference } from '../stream/stream-reference.ts'

type ReadEvents<Reference extends AnyReference> =
  Reference extends StreamReference<string, infer Events, infer _State, infer _Mode>
    ? Events
    : Reference extends StreamsReference<string, infer Events, infer _State, infer _Mode>
      ? Events
      : never

type TimelineSteps<Events, State> = {
  readonly [Type in keyof Events]?: (
    state: NoInfer<Readonly<State>>,
    data: EventData<Events[Type]>,
    event: FoldedEvent,
  ) => NextState<State>
}

/**
 * One fold over several streams of a command, in the order of their positions: what happened first comes first, whichever
 * stream it stands in. Streams and events that are not named are left out. The whole history of the named streams is read
 * at every attempt: meant for streams of bounded length.
 */
export interface Timeline<Streams extends References, State> {
  readonly initial: () => State
  readonly apply: { readonly [Key in keyof Streams]?: TimelineSteps<ReadEvents<Streams[Key]>, State> }
}
