import {
  type AnyRejection,
  type Command,
  CommandError,
  CommandExecutor,
  type EventStore,
  type Outcome,
  type Position,
} from 'eventcore'
import type { ReadRow } from '../input/csv-file.ts'
import { ProgramError } from '../program-error.ts'
import { type Counts, countOutcome, countRetry } from './counts.ts'
import { runInLanes } from './lanes.ts'

/** What every row brings: a command, and an id for it that is the same whenever the row is read. */
export interface ExecutableRow {
  readonly commandId: string
  readonly command: Command<string, AnyRejection>
}

export interface RunOptions<Row extends ExecutableRow> {
  readonly store: EventStore
  /** Commands in flight at once. */
  readonly concurrency: number
  readonly laneOf?: (row: Row) => string
  readonly onOutcome?: (row: Row, outcome: Outcome<AnyRejection>) => void
  /** After each row: how far into the file it stood. */
  readonly onProgress?: (bytesRead: number) => void
  /** Counted up while it runs, so that they are there when it fails. */
  readonly counts: Counts
}

/** A command of a job may take its time: it is not a web request that somebody waits for. */
const PATIENCE = { maxAttempts: 100, timeoutMs: 60_000 }

/** Executes each row's command under its command id, and counts what becomes of them. */
export async function runRows<Row extends ExecutableRow>(
  rows: AsyncIterable<ReadRow<Row>>,
  options: RunOptions<Row>,
): Promise<void> {
  const { store, concurrency, laneOf, onOutcome, onProgress, counts } = options
  const executor = new CommandExecutor(store, { ...PATIENCE, onRetry: (retry) => countRetry(counts, retry) })
  try {
    await runInLanes(rows, {
      concurrency,
      ...(laneOf === undefined ? {} : { laneOf: ({ row }) => laneOf(row) }),
      execute: async ({ row, line, bytesRead }) => {
        const outcome = await executor.execute(row.command, { commandId: row.commandId }).catch(atLine(line))
        countOutcome(counts, outcome)
        if (outcome.status === 'committed') counts.position = laterOf(store, counts.position, outcome.position)
        onOutcome?.(row, outcome)
        onProgress?.(bytesRead)
      },
    })
  } finally {
    await executor.close()
  }
}

function laterOf(store: EventStore, a: Position | null, b: Position | undefined): Position | null {
  if (a === null || b === undefined) return b ?? a
  return store.comparePositions(a, b) < 0 ? b : a
}

/** Says which line it was. Errors of the store have nothing to do with the line, and stay as they are. */
function atLine(line: number): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof CommandError)) throw error
    throw new ProgramError('ROW_FAILED', `Line ${line}: ${error.message}`, { cause: error })
  }
}
