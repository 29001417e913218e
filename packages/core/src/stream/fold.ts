import type { EventData } from './event-payloads.ts'
import type { SnapshotOf } from './snapshot-policy.ts'

/** What a fold can know of an event beside its payload: no time and no position, since a pending event has neither yet. */
export interface FoldedEvent {
  readonly id: string
  readonly stream: string
  readonly type: string
  /** The version that the stream has with this event. */
  readonly version: number
}

declare const nothing: unique symbol

/** Makes a type that no value has. */
interface Nothing {
  readonly [nothing]: never
}

/** An interface, so that TypeScript prefers the state when it explains why a value is neither. */
interface KeepsLiteralProperties extends Nothing {
  readonly [key: string]: KeepsLiterals
}

/**
 * Nothing is of this type. It is there for the step that returns `{ status: 'open' }`: TypeScript looks at the step before
 * it has inferred the state, and would widen the literal to `string` if nothing told it that literals are wanted.
 */
type KeepsLiterals = (('' | 0 | 0n | false) & Nothing) | (readonly KeepsLiterals[] & Nothing) | KeepsLiteralProperties

/** What a step returns. The state is inferred from `initial` alone. */
export type NextState<State> = NoInfer<Readonly<State> | KeepsLiterals>

/**
 * How events become state. Pure: the same events give the same state, nothing is changed in place (states are frozen), and
 * nothing outside is asked. `apply` names every event of the stream: one that is forgotten does not compile.
 */
export interface Fold<Events, State> {
  /** The state of a stream without events. */
  readonly initial: () => State
  readonly apply: FoldSteps<Events, State>
  /** For long streams: keeps the folded state in the store. Default: every process folds from the first event. */
  readonly snapshot?: SnapshotOf<NoInfer<State>>
}

/** A step for every event of a stream. */
export type FoldSteps<Events, State> = {
  readonly [Type in keyof Events]: (
    state: NoInfer<Readonly<State>>,
    data: EventData<Events[Type]>,
    event: FoldedEvent,
  ) => NextState<State>
}
