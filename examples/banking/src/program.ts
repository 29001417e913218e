import { writeBalances } from './balances-file.ts'
import { newSampleStore, STATEMENT_STORE } from './default-store.ts'
import { CsvFile } from './input/csv-file.ts'
import { type StatementRow, statementFormat } from './input/statement-row.ts'
import { importStatement } from './jobs/import-statement.ts'
import type { JobResult } from './jobs/job.ts'
import { runSample } from './jobs/run-sample.ts'
import type { Books } from './log/books.ts'
import { readBooks } from './log/read-books.ts'
import type { Options } from './options.ts'
import { describeError, ProgramError } from './program-error.ts'
import { hint, introduction } from './report/introduction.ts'
import { reportLines } from './report/report-lines.ts'
import { type Summary, summarise } from './report/summary.ts'
import { describeStore, openStore, type StoreLocation } from './store-url.ts'

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
  const { result, books } = await work(file, location, options.concurrency)
  const summary = summarise(describeStore(location), result, books)
  const balancesError = await balancesFailure(options, books)
  const failure = result.failure?.error ?? balancesError ?? wrongBooks(summary)
  if (options.json)
    print(`${JSON.stringify(failure === undefined ? summary : { ...summary, error: describeError(failure) })}\n`)
  else if (summary.rows > 0)
    print(`${reportLines(summary, books).join('\n')}\n\n${hint(options, location, failure !== undefined)}\n`)
  return failure
}

async function work(
  file: CsvFile<string, StatementRow> | undefined,
  location: StoreLocation,
  concurrency: number,
): Promise<{ result: JobResult; books: Books }> {
  const store = await openStore(location)
  try {
    const context = { store, location, concurrency }
    const result = file === undefined ? await runSample(context) : await importStatement(file, context)
    const positions = result.branches.flatMap(({ counts: { position } }) => position ?? [])
    const books = await readBooks(store, positions).catch((error: unknown) => {
      // A store that failed before is not likely to be read now: the first error says more.
      throw result.failure === undefined ? error : result.failure.error
    })
    return { result, books }
  } finally {
    await store.close()
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
