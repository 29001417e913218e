import type { EventStore, Position } from 'eventcore'
import type { ControlSums } from '../log/control-sums.ts'
import type { Counts } from '../run/counts.ts'
import type { StatementLine } from '../statements/statement-line.ts'
import type { AccountTotals, Statements } from '../statements/statements.ts'
import type { StoreLocation } from '../store-url.ts'

/** What a job works with. */
export interface JobContext {
  readonly store: EventStore
  readonly statements: Statements
  readonly location: StoreLocation
  /** Commands in flight at once, in each process. */
  readonly concurrency: number
  /** Says a line to whoever watches. */
  readonly tell: (line: string) => void
}

/** What became of one branch's rows. */
export interface BranchResult {
  readonly place: string
  readonly counts: Counts
}

/** What readers saw of the account statements once they contained everything that was committed. */
export interface ShownStatements {
  readonly version: number
  /** How long that took after the last command, in milliseconds. */
  readonly waitedMs: number
  readonly totals: ReadonlyMap<string, AccountTotals>
  /** The last lines of one account. */
  readonly account: string
  readonly lines: readonly StatementLine[]
}

/** How the statements were rebuilt. */
export interface Rebuild {
  readonly from: number
  readonly to: number
  /** Of the log, when the new version was switched to. */
  readonly events: number
  readonly seconds: number
  readonly eventsPerSecond: number
  /** Transfers that were committed while it ran. */
  readonly transfers: number
  /** How often a statement was read while it ran. Each time it was whole. */
  readonly reads: number
}

/** What a job has done, up to its end or up to where it failed. */
export interface JobResult {
  readonly branches: readonly BranchResult[]
  /** In which rows were executed. */
  readonly seconds: number
  /** What the rows say the balances should be, where the job knows. */
  readonly controlSums?: ControlSums
  /** Of the last event that was committed beside the rows. */
  readonly position?: Position | undefined
  readonly shown?: ShownStatements
  readonly rebuild?: Rebuild
  /** Why it ended early. What was committed before stays. */
  readonly failure?: { readonly error: unknown }
}
