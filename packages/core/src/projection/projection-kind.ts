import type { AnyRecordedEvent, AnyStreamDefinition } from '../feed/recorded-event.ts'
import type { Cursor } from '../store/position.ts'
import type { ResolvedFailurePolicy } from './failure-policy.ts'

/** A handler of one event, its types forgotten. */
export type UntypedHandler<Tx> = (event: AnyRecordedEvent, tx: Tx) => unknown

/** The handlers of one kind of stream. */
export interface StreamHandlers<Tx> {
  readonly byType: ReadonlyMap<string, UntypedHandler<Tx>>
  /** What happens to the other events. `undefined`: there are none, or they are an error. */
  readonly otherwise: UntypedHandler<Tx> | 'ignore' | undefined
}

/** A projection as its runner sees it: types forgotten. */
export interface ProjectionKind<Tx> {
  readonly name: string
  readonly version: number
  readonly definitions: readonly AnyStreamDefinition[]
  /** By the name of the stream. */
  readonly streams: ReadonlyMap<string, StreamHandlers<Tx>>
  readonly batch: ((events: readonly AnyRecordedEvent[], tx: Tx) => unknown) | undefined
  /** The event types that it wants, if it ignores all others on purpose. */
  readonly types: readonly string[] | undefined
  /** `inside`: handlers run in the transaction of the checkpoint. `outside`: before it, so perhaps again after a crash. */
  readonly delivery: 'inside' | 'outside'
  /** Where it begins when it has no checkpoint. */
  readonly from: 'start' | 'now' | Cursor
  readonly setUp: ((tx: Tx) => unknown) | undefined
  readonly reset: ((tx: Tx) => unknown) | undefined
  readonly activate: ((tx: Tx, previous: number | undefined) => unknown) | undefined
  readonly onFailure: ResolvedFailurePolicy
}

/** Names the checkpoint, the lease and the dead letters. */
export const projectionId = ({ name, version }: { readonly name: string; readonly version: number }): string =>
  `${name}@${version}`
