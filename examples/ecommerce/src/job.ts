import { fileSource, type ImportFigures, runImport, sampleSource } from './import/run-import.ts'
import { readSalesBooks } from './log/read-sales-books.ts'
import type { SalesBooks } from './log/sales-books.ts'
import { writeStockFile } from './log/stock-file.ts'
import type { Options } from './options.ts'
import { Problem } from './problem.ts'
import { describeStore, openShop } from './store/open-shop.ts'

/** What a job did, as `--json` shows it. */
export interface JobSummary extends Partial<ImportFigures> {
  readonly store: string
  readonly products: number
  readonly sold: number
  readonly revenue: number
  readonly oversold: number
  readonly unequal: number
}

/**
 * Places invoices, where there are any, and writes what was sold, where it is wanted.
 * @throws Problem, EventCoreError
 */
export async function runJob(options: Options): Promise<JobSummary> {
  const { importFile, load, stockFile, concurrency } = options
  // Looked at first: nothing is made for a file that is broken.
  const source =
    importFile !== undefined
      ? await fileSource(importFile)
      : load !== undefined
        ? sampleSource(`load${load}`, load)
        : undefined
  const shop = await openShop(options.store)
  try {
    const result = source === undefined ? undefined : await runImport(shop.events, source, concurrency)
    const books = await readSalesBooks(shop.events, result?.position)
    if (stockFile !== undefined) await writeStockFile(stockFile, books)
    return { store: describeStore(options.store), ...result?.figures, ...figuresOf(books) }
  } finally {
    await shop.close()
  }
}

/** What is to be said when the log does not agree with itself, or with the input. */
export function wrongBooks({ asInFile, oversold, unequal }: JobSummary): Problem | undefined {
  if (asInFile !== false && oversold === 0 && unequal === 0) return undefined
  return new Problem('BOOKS_WRONG', 'The log does not agree with what was done: see the report. This is a defect.')
}

function figuresOf(books: SalesBooks): Omit<JobSummary, 'store'> {
  const products = [...books.products.values()].filter(({ traded }) => traded).length
  const { sold, revenue, oversold, unequal } = books
  return { products, sold, revenue, oversold, unequal }
}
