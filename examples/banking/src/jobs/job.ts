import type { EventStore } from 'eventcore'
import type { ControlSums } from '../log/control-sums.ts'
import type { Counts } from '../run/counts.ts'
import type { StoreLocation } from '../store-url.ts'

/** What a job works with. */
export interface JobContext {
  readonly store: EventStore
  readonly location: StoreLocation
  /** Commands in flight at once, in each process. */
  readonly concurrency: number
}

/** What became of one branch's rows. */
export interface BranchResult {
  readonly place: string
  readonly counts: Counts
}

/** What a job has done, up to its end or up to where it failed. */
export interface JobResult {
  readonly branches: readonly BranchResult[]
  /** In which rows were executed. */
  readonly seconds: number
  /** What the rows say the balances should be, where the job knows. */
  readonly controlSums?: ControlSums
  /** Why it ended early. What was committed before stays. */
  readonly failure?: { readonly error: unknown }
}
