/**
 * How one command of a cycle comes before the next. `ww`: it wrote a version and the next command wrote the version after
 * it. `wr`: the next command read what it wrote. `rw`: it read a version and the next command wrote the version after it.
 * `rt`: it had completed before the next command was invoked.
 */
export type DependencyKind = 'ww' | 'wr' | 'rw' | 'rt'

export interface CycleStep {
  readonly kind: DependencyKind
  /** Command ids. */
  readonly from: string
  readonly to: string
  readonly fromProcess: string | undefined
  readonly toProcess: string | undefined
  /** The stream in which they meet, and the version that was read (`wr`, `rw`) or written first (`ww`). Not for `rt`. */
  readonly stream?: string
  readonly version?: number
}

/**
 * The usual names. G0: writes alone contradict each other. G1c: writes and what was read of them. G-single: one command
 * missed one change (lost update, read skew). G2-item: several commands each missed a change (write skew). `-realtime`:
 * the commands could be put into an order, but only into one in which time runs backwards.
 */
export type CycleClass = 'G0' | 'G1c' | 'G-single' | 'G2-item'
export type CycleName = CycleClass | `${CycleClass}-realtime`

/** Everything that can be wrong. Tell them apart by `kind`. */
export type Anomaly =
  // 1. Log integrity
  /** A stream's versions are not 1, 2, 3 … in feed order. */
  | { kind: 'version-order'; stream: string; expected: number; actual: number; eventId: string }
  | { kind: 'duplicate-event'; eventId: string; streams: readonly string[] }
  /** The store holds a commit that no recorded client made. */
  | { kind: 'unknown-command'; commandId: string; eventIds: readonly string[] }
  /** The events of one command carry different commit records: it committed twice. */
  | { kind: 'committed-twice'; commandId: string; eventIds: readonly string[] }

  // 2. Durability and atomicity
  | { kind: 'lost-commit'; commandId: string; process: string; eventIds: readonly string[] }
  | { kind: 'torn-commit'; commandId: string; present: readonly string[]; missing: readonly string[] }
  | { kind: 'failed-but-visible'; commandId: string; errorCode: string | undefined; eventIds: readonly string[] }
  /** The command committed events of which its client was not told. */
  | { kind: 'unreported-event'; commandId: string; eventIds: readonly string[] }
  /** A repetition got an outcome without events, although the commit had been acknowledged before it was made. */
  | { kind: 'forgotten-commit'; commandId: string; process: string }
  /** The event does not stand where its client was told. */
  | {
      kind: 'misplaced-event'
      commandId: string
      eventId: string
      told: { stream: string; version: number | undefined; position: string | undefined }
      actual: { stream: string; version: number; position: string }
    }

  // 3. Payload
  | { kind: 'payload-changed'; commandId: string; eventId: string; sent: string; stored: string }

  // 4. What was read
  /** The commit record names other versions than the client says it read. `undefined`: not named. */
  | {
      kind: 'read-set-differs'
      commandId: string
      stream: string
      read: number | undefined
      recorded: number | undefined
    }
  /** No such version was ever written. */
  | { kind: 'read-from-nowhere'; commandId: string; stream: string; version: number; lastVersion: number }
  /** Another event stands at the version that was read: the one that was read was never committed. */
  | {
      kind: 'read-of-uncommitted'
      commandId: string
      stream: string
      version: number
      readId: string | null
      committedId: string | null
    }
  /** The command says it decided on what it was only about to write. */
  | { kind: 'read-of-own-write'; commandId: string; stream: string; version: number }
  | { kind: 'cycle'; name: CycleName; steps: readonly CycleStep[]; entangled: number }

  // 5. Witness: the feed order itself as the serialization
  /** Something that the command had read changed before its commit, in feed order. */
  | { kind: 'stale-at-commit'; commandId: string; stream: string; read: number; atCommit: number }
  /** The first command had completed before the second was invoked, but stands after it in the feed. */
  | { kind: 'feed-against-real-time'; earlier: string; later: string }

  // 6. Queries
  /** No moment of the feed shows these two versions together. */
  | {
      kind: 'fractured-read'
      commandId: string
      older: { stream: string; version: number }
      newer: { stream: string; version: number }
    }

  // 7. Subscribers
  | { kind: 'missed-delivery'; subscriber: string; eventIds: readonly string[] }
  | { kind: 'duplicate-delivery'; subscriber: string; eventId: string }
  | { kind: 'unknown-delivery'; subscriber: string; eventId: string }
  /** Given after an event that it precedes: in the feed, or in its stream, or as a cause. */
  | {
      kind: 'delivery-order'
      subscriber: string
      broken: 'feed' | 'stream' | 'causality'
      eventId: string
      deliveredAfter: string
    }

  // 8. Projections
  | { kind: 'projection-differs'; projection: string; upTo: string | null; expected: string; actual: string }
  /** It says to contain an event that the log does not have. */
  | { kind: 'projection-ahead'; projection: string; upTo: string }

export type AnomalyKind = Anomaly['kind']
