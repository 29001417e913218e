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
import { StatementKeeper } from '../statements/keep-statements.ts'
import { RETAIL } from '../streams/limits.ts'
import type { JobContext, JobResult, ShownStatements } from './job.ts'
import { Stopwatch } from './stopwatch.ts'

/** Whose statement is shown: a student's, who wanted to pay more than there was. */
const SHOWN = 'student-1'

/** In minor units. Transfers above the first need an approval, those above the second are refused. */
export const LIMITS = { approvalAbove: 500_000, maximum: 5_000_000 }

/**
 * Runs a day at a bank with two branches. Each has an executor of its own and knows nothing of the other, as two servers
 * would: where the store can be shared by processes, the second branch is another process. So they get in each other's
 * way, which the commands of one executor do not.
 */
export async function runSample(context: JobContext): Promise<JobResult> {
  const { store, statements, location, concurrency } = context
  const here = new LocalBranch(store, concurrency, { index: 0, of: 2 })
  const second = { index: 1, of: 2 }
  const remote = location.kind === 'memory' ? undefined : new RemoteBranch(location, concurrency, second)
  const branches = [here, remote ?? new LocalBranch(store, concurrency, second)]
  const watch = new Stopwatch()
  const keeper = await StatementKeeper.start(statements)
  let shown: ShownStatements | undefined
  let failure: { readonly error: unknown } | undefined
  try {
    await openBank(context, here.counts, watch)
    await Promise.all(branches.map((branch) => branch.ready()))
    await runDay(branches, watch)
    shown = await showStatements(context, keeper, branches)
  } catch (error) {
    failure = { error }
  }
  remote?.close()
  await keeper.stop()
  return {
    branches,
    seconds: watch.seconds,
    ...(shown === undefined ? {} : { shown }),
    ...(failure === undefined ? {} : { failure }),
  }
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

/** Whoever looks at a statement right after a payment must find the payment: the outcome says what to wait for. */
async function showStatements(
  { store, statements }: JobContext,
  keeper: StatementKeeper,
  branches: readonly Branch[],
): Promise<ShownStatements> {
  const start = performance.now()
  await keeper.upTo(
    store,
    branches.flatMap(({ counts: { position } }) => position ?? []),
  )
  const waitedMs = Math.round(performance.now() - start)
  const totals = await statements.totals()
  return { version: keeper.version, waitedMs, totals, account: SHOWN, lines: await statements.lines(SHOWN, 20) }
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
