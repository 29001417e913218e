import type { StandardSchemaV1 } from '@standard-schema/spec'
import { InvalidDefinition } from '../errors/definition-errors.ts'
import type { IsJson } from './json-compatible.ts'

/**
 * Keeps the state of a fold in the store now and then, so that a new process folds only what came after. For long streams: a
 * stream of 100 events is folded in less time than the snapshot takes to be fetched.
 *
 * A snapshot is a cache. It is written after a commit, beside the commands and never in their way; it is used only when the
 * event it was made at is still where it was; and when it cannot be written, fetched or read, a process warning
 * (`EVENTCORE_SNAPSHOT`) says so and the stream is folded from its beginning.
 */
export interface SnapshotPolicy {
  /** Names this fold among the folds of the stream kind. */
  readonly name: string
  /**
   * A whole number. Raise it with every change of `initial`, of `apply`, of a schema's output or of the state's shape: older
   * snapshots are not looked at then. One that is forgotten gives commands states that the events do not fold to.
   */
  readonly version: number
  /** A new snapshot is kept after so many events. Default 200. */
  readonly every?: number
  /** Checks a state that comes back, beside the version. What it refuses is folded anew. */
  readonly schema?: StandardSchemaV1
}

/** A policy where the state is JSON, and what is wrong where it is not. */
export type SnapshotOf<State> =
  IsJson<State> extends true
    ? SnapshotPolicy
    : 'This state is not JSON, so no snapshot of it can be kept. Use arrays and plain objects in place of maps, sets and dates.'

/** A policy, as the engine needs it. */
export interface SnapshotRule {
  /** What the store keeps it under. */
  readonly fold: string
  readonly every: number
  readonly schema: StandardSchemaV1 | undefined
}

/** @throws InvalidDefinition (`INVALID_DEFINITION`) */
export function snapshotRule(stream: string, { name, version, every = 200, schema }: SnapshotPolicy): SnapshotRule {
  const refuse = (reason: string): never => {
    throw new InvalidDefinition(`The snapshot of a fold of stream "${stream}" ${reason}`)
  }
  if (!/^[\w.-]{1,64}$/.test(name))
    refuse(`is named ${JSON.stringify(name)}; 1 to 64 letters, digits, "_", "." or "-" are expected.`)
  if (!Number.isSafeInteger(version) || version < 0) refuse(`has version ${version}; a whole number is expected.`)
  if (!Number.isSafeInteger(every) || every < 1) refuse(`is kept every ${every} events; a whole number is expected.`)
  return { fold: `${name}@${version}`, every, schema }
}
