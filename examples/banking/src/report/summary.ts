import type { JobResult, Rebuild, ShownStatements } from '../jobs/job.ts'
import type { Books } from '../log/books.ts'
import type { Comparison } from '../log/control-sums.ts'
import { addCounts } from '../run/counts.ts'

/** What is printed with `--json`. The names are explained in `--help`. */
export interface Summary {
  readonly store: string
  readonly rows: number
  readonly committed: number
  readonly alreadyCommitted: number
  readonly rejected: Readonly<Record<string, number>>
  readonly conflicts: number
  readonly retries: number
  readonly seconds: number
  readonly commandsPerSecond: number
  readonly accounts: number
  readonly conserved: boolean
  readonly conflictsByStream: Readonly<Record<string, number>>
  readonly branches: readonly {
    readonly place: string
    readonly rows: number
    readonly conflicts: number
    readonly retries: number
  }[]
  readonly money: {
    readonly cameIn: number
    readonly wentOut: number
    readonly held: number
    readonly owed: number
  }
  readonly input?: Comparison
  readonly statements?: {
    readonly version: number
    readonly lines: number
    readonly waitedMs: number
  }
  readonly rebuild?: Rebuild
}

export function summarise(
  store: string,
  { branches, seconds, controlSums, shown, rebuild }: JobResult,
  books: Books,
): Summary {
  const counts = addCounts(branches.map((branch) => branch.counts))
  const { rows, committed, alreadyCommitted, rejected, conflicts, retries, conflictsByStream } = counts
  return {
    store,
    rows,
    committed,
    alreadyCommitted,
    rejected,
    conflicts,
    retries,
    seconds: Math.round(seconds * 1_000) / 1_000,
    commandsPerSecond: seconds === 0 ? 0 : Math.round(rows / seconds),
    accounts: books.accounts.size,
    conserved: books.conserved,
    conflictsByStream,
    branches: branches.map(({ place, counts: own }) => ({
      place,
      rows: own.rows,
      conflicts: own.conflicts,
      retries: own.retries,
    })),
    money: { cameIn: books.cameIn, wentOut: books.wentOut, held: books.held, owed: books.owed },
    ...(controlSums === undefined ? {} : { input: controlSums.compare(books) }),
    ...(shown === undefined ? {} : { statements: statementsOf(shown) }),
    ...(rebuild === undefined ? {} : { rebuild }),
  }
}

function statementsOf({ version, waitedMs, totals }: ShownStatements): NonNullable<Summary['statements']> {
  let lines = 0
  for (const { entries } of totals.values()) lines += entries
  return { version, lines, waitedMs }
}
