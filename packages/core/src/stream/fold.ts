import type { EventData } from './event-payloads.ts'

/** What a fold can know of an event beside its payload: no time and no position, since a pending event has neither yet. */
export interface FoldedEvent {
  readonly id: string
  readonly stream: string
  readonly type: string
  /** The version that the stream has with this event. */
  readonly version: number
}

/**
 * How events become state. Pure: the same events give the same state, nothing is changed in place (states are frozen), and
 * nothing outside is asked. `apply` names every event of the stream: one that is forgotten does not compile.
 */
export interface Fold<Events, State> {
  /** The state of a stream without events. */
  readonly initial: () => State
  readonly apply: FoldSteps<Events, State>
}

/** A step for every event of a stream. */
export type FoldSteps<Events, State> = {
  readonly [Type in keyof Events]: (
    state: Readonly<NoInfer<State>>,
    data: EventData<Events[Type]>,
    event: FoldedEvent,
  ) => Readonly<NoInfer<State>>
}
