/**
 * What the clients of a store did and were told. A history is written down by the clients themselves (see
 * `HistoryRecorder`), never derived from the store: it is the other side of the comparison.
 */
export interface History {
  /** One entry per call, in no particular order. A command id that was executed twice has two. */
  readonly calls: readonly CommandCall[]
  readonly subscribers: readonly SubscriberHistory[]
  readonly projections: readonly ProjectionObservation[]
}

/** A stream as a client saw it. */
export interface ReadObservation {
  readonly stream: string
  /** 0: it was seen not to exist. */
  readonly version: number
  /** The id of the event that stood at this version, where the client knows it: a version does not name its content. */
  readonly headId?: string | null | undefined
}

/** An event that a client sent. */
export interface WriteObservation {
  readonly stream: string
  readonly eventId: string
  /** Made with `digestText` or `digestJson`. Without it the payload is not compared. */
  readonly digest?: string | undefined
  /** Where the client was told that it stands. */
  readonly version?: number | undefined
  readonly position?: string | undefined
}

/** What one attempt handed to the store. */
export interface SentAttempt {
  readonly reads: readonly ReadObservation[]
  readonly writes: readonly WriteObservation[]
}

/**
 * How a call ended. `ok`: the client got an outcome, an acknowledged commit or (without writes) a verified decision or a
 * query. `fail`: it got a *definite* error, so nothing may ever be visible. `info`: it does not know (a timeout, a
 * `CommitOutcomeUnknown`, a client that died).
 */
export type CallStatus = 'ok' | 'fail' | 'info'

export interface CommandCall {
  readonly commandId: string
  /** The client: whoever waits for one call before it makes the next. */
  readonly process: string
  /** Taken before the first read. Nanoseconds of a monotonic clock that all processes of the run share. */
  readonly invokedAt: number
  /** Taken after the outcome was received; absent when there was none. */
  readonly completedAt?: number | undefined
  readonly status: CallStatus
  /** Of the attempt that succeeded. */
  readonly reads: readonly ReadObservation[]
  /** Of the attempt that succeeded; empty for a rejection, an empty decision or a query. */
  readonly writes: readonly WriteObservation[]
  /** Of an `info` call: everything that was handed to the store, any of which may have been committed. */
  readonly sent: readonly SentAttempt[]
  readonly attempts?: number | undefined
  /** The `code` (else the name) of the error with which it ended. */
  readonly errorCode?: string | undefined
}

/** What one subscriber was given: event ids in the order of delivery, one list per start of the subscriber. */
export interface SubscriberHistory {
  readonly name: string
  readonly sessions: readonly (readonly string[])[]
}

/** A projection's state as it was found at some moment, a restart say. */
export interface ProjectionObservation {
  readonly name: string
  /** Id of the last event it says to contain; `null` for the empty projection. */
  readonly upTo: string | null
  readonly checksum: string
}

export type HistoryLine =
  | {
      readonly type: 'invoke'
      /** Unique within the file. */
      readonly call: number
      readonly commandId: string
      readonly process: string
      readonly at: number
    }
  | ({ readonly type: 'send'; readonly call: number } & SentAttempt)
  | {
      readonly type: 'complete'
      readonly call: number
      readonly at: number
      readonly status: CallStatus
      readonly reads?: readonly ReadObservation[] | undefined
      readonly writes?: readonly WriteObservation[] | undefined
      readonly attempts?: number | undefined
      readonly errorCode?: string | undefined
    }
  | { readonly type: 'subscribe'; readonly subscriber: string }
  | { readonly type: 'deliver'; readonly subscriber: string; readonly eventId: string }
  | ({ readonly type: 'projection' } & ProjectionObservation)
