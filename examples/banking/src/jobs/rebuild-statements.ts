import { ProgramError } from '../program-error.ts'
import { Transfers } from '../run/transfers.ts'
import { StatementKeeper } from '../statements/keep-statements.ts'
import { RebuildProgress } from '../statements/rebuild-progress.ts'
import { StatementReader } from '../statements/statement-reader.ts'
import type { Statements } from '../statements/statements.ts'
import type { JobContext, JobResult } from './job.ts'
import { LIMITS, runSample } from './run-sample.ts'

/** Accounts that take part in transfers, and customers who make them. */
const ACCOUNTS = 40
const CUSTOMERS = 8

/** A rebuild may take its time: nobody waits for it. In milliseconds. */
const PATIENCE = 24 * 3_600_000

/**
 * Rebuilds the account statements while transfers run and statements are read, blue/green: the next version fills a table of
 * its own beside the one that readers see, and takes its place in one transaction. Killed and started again, it goes on.
 */
export async function rebuildStatements(context: JobContext): Promise<JobResult> {
  // A bank that nobody has been to yet has its day first.
  const isNew = (await context.store.headCursor()) === undefined
  const day = isNew ? await runSample(context) : { branches: [], seconds: 0 }
  if (day.failure !== undefined) return day
  const blue = await StatementKeeper.start(context.statements)
  try {
    await blue.upTo(context.store, [])
    return { ...day, ...(await replace(blue, context)) }
  } finally {
    await blue.stop()
  }
}

async function replace(blue: StatementKeeper, { store, statements, tell }: JobContext): Promise<Partial<JobResult>> {
  const accounts = await accountsWithMoney(statements)
  const [account = ''] = accounts
  const transfers = new Transfers(store, accounts)
  const reader = new StatementReader(statements, account)
  const to = blue.version + 1
  const green = statements.runner(to)
  const progress = new RebuildProgress(statements, green, tell)
  try {
    await transfers.start(CUSTOMERS, LIMITS)
    green.start()
    progress.start()
    await green.activate({ timeoutMs: PATIENCE })
    const { events, seconds } = await progress.stop()
    const meanwhile = { transfers: transfers.committed, reads: reader.reads }
    await transfers.stop()
    const start = performance.now()
    if (transfers.position !== undefined) await green.waitFor(transfers.position, { timeoutMs: PATIENCE })
    const waitedMs = Math.round(performance.now() - start)
    await reader.stop()
    await blue.drop()
    const eventsPerSecond = Math.round(events / seconds)
    const shown = { version: to, waitedMs, account, lines: await statements.lines(account, 5) }
    return {
      position: transfers.position,
      shown: { ...shown, totals: await statements.totals() },
      rebuild: { from: blue.version, to, events, seconds, eventsPerSecond, ...meanwhile },
    }
  } finally {
    await Promise.allSettled([progress.stop(), transfers.stop(), reader.stop()])
    await green.stop()
  }
}

/** @throws ProgramError (`NO_ACCOUNTS`) */
async function accountsWithMoney(statements: Statements): Promise<readonly string[]> {
  const accounts: string[] = []
  for (const [account, { balance }] of await statements.totals()) {
    if (balance >= 100_000) accounts.push(account)
    if (accounts.length === ACCOUNTS) break
  }
  if (accounts.length >= 2) return accounts
  throw new ProgramError(
    'NO_ACCOUNTS',
    'There are no two accounts with 1,000.00 in this bank, so nothing can be moved.',
  )
}
