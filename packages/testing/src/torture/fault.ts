import type { SeededRandom } from '../workload/seeded-random.ts'
import type { Arena } from './arena.ts'
import type { Crew } from './crew.ts'

/** Everything that is done to a run. */
export const FAULT_KINDS = [
  'kill',
  'kill-in-flush',
  'pause',
  'clock',
  'io-error',
  'disk-full',
  'cut',
  'cut-reply',
  'lose-reply',
  'delay',
  'silence',
  'end-backends',
  'cancel-backend',
  'pause-backend',
  'kill-server',
  'restart-server',
  'server-io-error',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** What a fault strikes at. */
export interface Scene {
  readonly arena: Arena
  readonly crew: Crew
  /** Aborted when no more is to be done: a fault that waits for its moment gives up. */
  readonly over: AbortSignal
  /** Takes down a figure, in milliseconds. */
  readonly measured: (what: string, ms: number) => void
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
