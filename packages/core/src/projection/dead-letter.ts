import type { Position } from '../store/position.ts'

/** An event that a projection could not take, or must not take yet. */
export interface NewDeadLetter {
  /** Name and version of the projection: `statement@2`. */
  readonly projection: string
  readonly eventId: string
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly position: Position
  /** Of the commit that wrote the event: the event is found again by it. */
  readonly commandId: string
  /**
   * - `failed`: its handler failed, or it cannot be decoded.
   * - `waiting`: it stands behind a failed event of its own stream.
   * - `skipped`: left out for good, by the policy or by hand. It holds nothing up.
   */
  readonly reason: 'failed' | 'waiting' | 'skipped'
  /** What the handler threw last; `null` where none ran. */
  readonly error: string | null
  /** How often the handler ran. */
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly parkedAt: number
}

export interface DeadLetter extends NewDeadLetter {
  /** Rises with every letter: the order in which they were parked, which is feed order within a projection. */
  readonly sequence: number
}

/** Reading the dead letters. They are written by `ProjectionTarget.commit`, in its transaction. */
export interface DeadLetterStore {
  /** In the order of {@link DeadLetter.sequence}; `after` is exclusive. */
  list(options: {
    readonly projection: string
    readonly stream?: string
    readonly reasons?: readonly DeadLetter['reason'][]
    readonly after?: number
    readonly limit: number
  }): Promise<readonly DeadLetter[]>
  /** Those at one of these positions. */
  find(projection: string, positions: readonly Position[]): Promise<readonly DeadLetter[]>
  /** Which of these streams have a letter that failed or waits: their next events must wait too. */
  blockedStreams(projection: string, streams: readonly string[]): Promise<ReadonlySet<string>>
  count(projection: string): Promise<Readonly<Record<DeadLetter['reason'], number>>>
}
