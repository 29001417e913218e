import type { CsvFile } from '../input/csv-file.ts'
import type { StatementRow } from '../input/statement-row.ts'
import { ControlSums } from '../log/control-sums.ts'
import { Progress } from '../progress.ts'
import { noCounts } from '../run/counts.ts'
import { runRows } from '../run/run-rows.ts'
import type { JobContext, JobResult } from './job.ts'
import { Stopwatch } from './stopwatch.ts'

/** Takes over the transactions of another bank: those of one account in their order, those of different accounts at once. */
export async function importStatement(
  file: CsvFile<string, StatementRow>,
  { store, concurrency }: Pick<JobContext, 'store' | 'concurrency'>,
): Promise<JobResult> {
  const counts = noCounts()
  const controlSums = new ControlSums()
  const watch = new Stopwatch()
  const progress = new Progress(file.size)
  let failure: { readonly error: unknown } | undefined
  watch.start()
  try {
    await runRows(file.rows(), {
      store,
      concurrency,
      counts,
      laneOf: ({ account }) => account,
      onOutcome: (row, outcome) => controlSums.add(row, outcome),
      onProgress: (bytesRead) => progress.show(bytesRead, counts.rows, watch.seconds),
    })
  } catch (error) {
    failure = { error }
  }
  watch.stop()
  progress.stop()
  return {
    branches: [{ place: 'in this process', counts }],
    seconds: watch.seconds,
    controlSums,
    ...(failure === undefined ? {} : { failure }),
  }
}
