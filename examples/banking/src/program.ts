import { writeBalances } from './balances-file.ts'
import { openBank } from './bank.ts'
import { newSampleStore, STATEMENT_STORE } from './default-store.ts'
import { CsvFile } from './input/csv-file.ts'
import { type StatementRow, statementFormat } from './input/statement-row.ts'
import { importStatement } from './jobs/import-statement.ts'
import type { JobResult } from './jobs/job.ts'
import { rebuildStatements } from './jobs/rebuild-statements.ts'
import { runSample } from './jobs/run-sample.ts'
import type { Books } from './log/books.ts'
import { readBooks } from './log/read-books.ts'
import type { Options } from './options.ts'
import { describeError, ProgramError } from './program-error.ts'
import { hint, introduction } from './report/introduction.ts'
import { reportLines } from './report/report-lines.ts'
import { type Summary, summarise } from './report/summary.ts'
import { describeStore, type StoreLocation } from './store-url.ts'

/**
 * Does what the command line asks for, and prints what became of it. What went wrong after commands were executed is
 * returned, since the report is as true as ever.
 * @throws EventCoreError, ProgramError when nothing could be begun, or nothing can be reported
 */
export async function runProgram(options: Options, print: (text: string) => void): Promise<unknown> {
  // Opened first: no bank is made for a file that is not there.
  const file = options.input === undefined ? undefined : await CsvFile.open(options.input, statementFormat)
  const location = options.store ?? (file === undefined ? await newSampleStore() : STATEMENT_STORE)
  if (!options.json) print(introduction(options, location))
  const tell = (line: string): void => {
    if (!options.json) print(`${line}\n`)
  }
  if (!options.json) whenStopped(() => process.stderr.write(`\n\n${hint(options, location, 'stopped')}\n`))
  const { result, books } = await work(options, file, location, tell)
  const summary = summarise(describeStore(location), result, books)
  const balancesError = await balancesFailure(options, books)
  const failure = result.failure?.error ?? balancesError ?? wrongBooks(summary) ?? wrongStatements(result, books)
  if (options.json)
    print(`${JSON.stringify(failure === undefined ? summary : { ...summary, error: describeError(failure) })}\n`)
  else if (summary.rows > 0 || result.rebuild !== undefined)
    print(
      `${reportLines(summary, books, result.shown).join('\n')}\n\n${hint(options, location, failure === undefined ? 'done' : 'failed')}\n`,
    )
  else if (failure === undefined) print('The input has no rows, so nothing was done.\n')
  return failure
}

/** Ctrl-C ends the program as it would end any other, at once: every moment is as good as the next to stop at. */
function whenStopped(say: () => void): void {
  process.once('SIGINT', () => {
    say()
    process.kill(process.pid, 'SIGINT')
  })
}

async function work(
  { concurrency, rebuildStatements: rebuilds }: Options,
  file: CsvFile<string, StatementRow> | undefined,
  location: StoreLocation,
  tell: (line: string) => void,
): Promise<{ result: JobResult; books: Books }> {
  const { store, statements, close } = await openBank(location)
  try {
    const context = { store, statements, location, concurrency, tell }
    const job = rebuilds ? rebuildStatements : runSample
    const result = file === undefined ? await job(context) : await importStatement(file, context)
    const positions = [...result.branches.map(({ counts }) => counts.position), result.position].flatMap(
      (position) => position ?? [],
    )
    const books = await readBooks(store, positions).catch((error: unknown) => {
      // A store that failed before is not likely to be read now: the first error says more.
      throw result.failure === undefined ? error : result.failure.error
    })
    return { result, books }
  } finally {
    await close()
  }
}

async function balancesFailure({ balances }: Options, books: Books): Promise<unknown> {
  if (balances === undefined) return undefined
  return await writeBalances(balances, books).then(
    () => undefined,
    (error: unknown) => error,
  )
}

function wrongBooks({ conserved, input }: Summary): ProgramError | undefined {
  if (conserved && (input === undefined || input.different === 0)) return undefined
  return new ProgramError(
    'BOOKS_WRONG',
    'The log does not agree with what was done: see the report. This is a defect of the store.',
  )
}

function wrongStatements({ shown }: JobResult, { accounts }: Books): ProgramError | undefined {
  if (shown === undefined) return undefined
  const wrong = [...accounts].find(([id, { balance, entries }]) => {
    const found = shown.totals.get(id) ?? { balance: 0, entries: 0 }
    return found.balance !== balance || found.entries !== entries
  })
  if (wrong === undefined) return undefined
  const [account] = wrong
  return new ProgramError(
    'STATEMENTS_WRONG',
    `The statement of ${account} does not agree with the log. This is a defect of the store.`,
  )
}
