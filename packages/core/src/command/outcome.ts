import type { Position } from '../store/position.ts'
import type { CommandDefinition } from './command.ts'
import type { AnyRejection, Rejection } from './rejection.ts'

/** An event as its command committed it. */
export interface CommittedEvent {
  readonly id: string
  readonly stream: string
  readonly type: string
  readonly version: number
  readonly position: Position
  /** The payload as it is stored: the schema's input, read back from its JSON. */
  readonly data: unknown
}

/** One stream of a command's consistency boundary. */
export interface OutcomeStream {
  readonly stream: string
  /** The version at which the decision read it; 0 when it did not exist. */
  readonly version: number
  /** How it came into the boundary: named by `streams`, by `discover`, or by `read` while `handle` ran. */
  readonly found: 'declared' | 'discovered' | 'read'
  readonly access: 'read-write' | 'read-only'
}

/** What every outcome tells. */
export interface OutcomeInfo {
  readonly commandId: string
  readonly correlationId: string
  /** Every stream that the decision was based on, in the order in which it was read. */
  readonly streams: readonly OutcomeStream[]
  /** How often the command was decided, 1 without conflicts. */
  readonly attempts: number
}

/** The command's events are durable, on all their streams. Without events: the decision to write none was checked. */
export interface CommittedOutcome extends OutcomeInfo {
  readonly status: 'committed'
  /** In the order in which they stand in the feed. */
  readonly events: readonly CommittedEvent[]
  /** Of the last event: what a projection must have reached to have seen this command. `undefined` without events. */
  readonly position: Position | undefined
  /** True when an earlier execution with the same command id had committed: this is its result, and nothing was written now. */
  readonly alreadyCommitted: boolean
}

/** The command refused, and what it was based on was checked. Nothing was written. */
export interface RejectedOutcome<Code extends string, Detail> extends OutcomeInfo {
  readonly status: 'rejected'
  readonly code: Code
  readonly detail: Detail
}

/** One flat union: `status`, then `code`, tell them apart. A command that cannot reject has only the first. */
export type Outcome<Rejections extends AnyRejection> = CommittedOutcome | RejectedOutcomeOf<Rejections>

export type RejectedOutcomeOf<Rejections extends AnyRejection> =
  Rejections extends Rejection<infer Code, infer Detail> ? RejectedOutcome<Code, Detail> : never

/** What executing a command gives: `OutcomeOf<typeof TransferMoney>`. */
export type OutcomeOf<Definition> =
  Definition extends CommandDefinition<string, infer _Input, infer Rejections> ? Outcome<Rejections> : never
