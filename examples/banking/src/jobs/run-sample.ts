import { stat } from 'node:fs/promises'
import { CommandExecutor } from 'eventcore'
import { SetLimits } from '../commands/set-limits.ts'
import { CsvFile } from '../input/csv-file.ts'
import { openingFormat } from '../input/sample-rows.ts'
import { Progress } from '../progress.ts'
import { type Branch, countsOf, LocalBranch } from '../run/branch.ts'
import type { Counts } from '../run/counts.ts'
import { RemoteBranch } from '../run/remote-branch.ts'
import { runRows } from '../run/run-rows.ts'
import { sampleFile } from '../sample/sample-path.ts'
import { RETAIL } from '../streams/limits.ts'
import type { JobContext, JobResult } from './job.ts'
import { Stopwatch } from './stopwatch.ts'

/** In minor units. Transfers above the first need an approval, those above the second are refused. */
const LIMITS = { approvalAbove: 500_000, maximum: 5_000_000 }

/**
 * Runs a day at a bank with two branches. Each has an executor of its own and knows nothing of the other, as two servers
 * would: where the store can be shared by processes, the second branch is another process. So they get in each other's
 * way, which the commands of one executor do not.
 */
export async function runSample(context: JobContext): Promise<JobResult> {
  const { store, location, concurrency } = context
  const here = new LocalBranch(store, concurrency, { index: 0, of: 2 })
  const second = { index: 1, of: 2 }
  const remote = location.kind === 'memory' ? undefined : new RemoteBranch(location, concurrency, second)
  const branches = [here, remote ?? new LocalBranch(store, concurrency, second)]
  const watch = new Stopwatch()
  let failure: { readonly error: unknown } | undefined
  try {
    await openBank(context, here.counts, watch)
    await Promise.all(branches.map((branch) => branch.ready()))
    await runDay(branches, watch)
  } catch (error) {
    failure = { error }
  }
  remote?.close()
  return { branches, seconds: watch.seconds, ...(failure === undefined ? {} : { failure }) }
}

async function openBank({ store, concurrency }: JobContext, counts: Counts, watch: Stopwatch): Promise<void> {
  const executor = new CommandExecutor(store)
  await executor.execute(SetLimits({ policy: RETAIL, ...LIMITS }), { commandId: 'sample-limits' })
  await executor.close()
  const file = await CsvFile.open(sampleFile('opening.csv'), openingFormat)
  watch.start()
  try {
    await runRows(file.rows(), { store, concurrency, counts })
  } finally {
    watch.stop()
  }
}

async function runDay(branches: readonly Branch[], watch: Stopwatch): Promise<void> {
  const { size } = await stat(sampleFile('day.csv'))
  const progress = new Progress(size)
  watch.start()
  // All of them to the end: what one could not do says nothing about the others.
  const ends = await Promise.allSettled(
    branches.map((branch) =>
      branch.run((bytesRead) => progress.show(bytesRead, countsOf(branches).rows, watch.seconds)),
    ),
  )
  watch.stop()
  progress.stop()
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
