import type { SeededRandom } from '../../workload/seeded-random.ts'
import type { Arena } from '../targets/arena.ts'
import type { Crew } from '../workers/crew.ts'
import type { FaultKind } from './fault-kind.ts'

/** What a fault strikes at. */
export interface Scene {
  readonly arena: Arena
  readonly crew: Crew
  /** Aborted when no more is to be done: a fault that waits for its moment gives up. */
  readonly over: AbortSignal
  /** Takes down a figure, whose name ends with its unit. */
  readonly measured: (what: string, value: number) => void
  /** What was done is over: how long until a client is told of a commit is taken down as a figure. */
  readonly isOver: (what: string) => void
}

export interface Fault {
  readonly kind: FaultKind
  readonly summary: string
  /** Faults of one lane come one after another, those of different lanes at once. */
  readonly lane: 'process' | 'clock' | 'disk' | 'network' | 'server'
  /** Milliseconds from the end of one fault of the lane to the next, at most. */
  readonly pauseMs: number
  /** Answers whether it came to it. */
  strike(scene: Scene, random: SeededRandom): Promise<boolean>
}
