import type { AnyRejection, Outcome, Position, RetryInfo } from 'eventcore'

/** What became of the rows. Plain data: a branch in another process sends it home. */
export interface Counts {
  rows: number
  committed: number
  /** Rows whose command had been committed by an earlier run. */
  alreadyCommitted: number
  /** By the code of the rejection. */
  rejected: Record<string, number>
  /** How often the store refused a command because a stream that it had read had changed. */
  conflicts: number
  /** How often a command was decided again, for whatever reason. */
  retries: number
  /** The streams that caused the conflicts, by their kind: `account`, `approval`, … One conflict may name several. */
  conflictsByStream: Record<string, number>
  /** Where the last event stands in the log: who has read up to there has seen all that was committed here. */
  position: Position | null
}

export const noCounts = (): Counts => ({
  rows: 0,
  committed: 0,
  alreadyCommitted: 0,
  rejected: {},
  conflicts: 0,
  retries: 0,
  conflictsByStream: {},
  position: null,
})

export function countOutcome(counts: Counts, outcome: Outcome<AnyRejection>): void {
  counts.rows++
  if (outcome.status === 'rejected') increment(counts.rejected, outcome.code)
  else if (outcome.alreadyCommitted) counts.alreadyCommitted++
  else counts.committed++
}

export function countRetry(counts: Counts, { reason, conflicts }: RetryInfo): void {
  counts.retries++
  if (reason !== 'conflict') return
  counts.conflicts++
  for (const { stream } of conflicts) increment(counts.conflictsByStream, stream.slice(0, stream.indexOf('/')))
}

/** The sum of all. It has no position: those of several branches are several. */
export function addCounts(all: readonly Counts[]): Counts {
  const sum = noCounts()
  for (const counts of all) {
    sum.rows += counts.rows
    sum.committed += counts.committed
    sum.alreadyCommitted += counts.alreadyCommitted
    sum.conflicts += counts.conflicts
    sum.retries += counts.retries
    for (const [code, count] of Object.entries(counts.rejected)) increment(sum.rejected, code, count)
    for (const [kind, count] of Object.entries(counts.conflictsByStream)) increment(sum.conflictsByStream, kind, count)
  }
  return sum
}

function increment(record: Record<string, number>, key: string, by = 1): void {
  record[key] = (record[key] ?? 0) + by
}
