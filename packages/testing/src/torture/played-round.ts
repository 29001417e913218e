import type { Fault } from './faults/fault.ts'
import type { StrikeCounts } from './faults/strikes.ts'
import type { Moment } from './first-commits.ts'
import type { Crew } from './workers/crew.ts'
import type { WorkloadName } from './workers/torture-workload.ts'

export interface RoundOptions {
  readonly name: string
  readonly seconds: number
  readonly processes: number
  readonly clients: number
  readonly through: 'store' | 'executor'
  readonly workloads: readonly WorkloadName[]
  readonly faults: readonly Fault[]
  readonly directory: string
  readonly keep: boolean
  readonly patienceMs: number
}

/** What happened in a round before it was judged. */
export interface PlayedRound {
  readonly files: readonly string[]
  readonly crew: Crew
  readonly strikes: StrikeCounts
  readonly measured: ReadonlyMap<string, readonly number[]>
  readonly moments: readonly Moment[]
  readonly workedMs: number
  /** From the last fault to the end of the last process. */
  readonly calmMs: number
  /** What went wrong before anything was checked. */
  readonly problems: readonly string[]
}
