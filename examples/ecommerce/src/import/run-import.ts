import type { EventStore, Position } from 'eventcore'
import { readSalesBooks } from '../log/read-sales-books.ts'
import { neededFor, sampleInvoices } from '../sample/sample-invoices.ts'
import { shopExecutor } from '../shop-executor.ts'
import type { ClassOfCommands } from './command-times.ts'
import { ControlSums } from './control-sums.ts'
import type { ImportedProduct, Invoice } from './invoice.ts'
import { ImportCounts, placeInvoices, stockUp } from './place-invoices.ts'
import { readInvoices } from './read-invoices.ts'
import { surveyFile } from './survey.ts'

/** Where invoices come from. */
export interface InvoiceSource {
  /** Names the delivery that fills the shelves for them. */
  readonly name: string
  readonly products: ReadonlyMap<string, ImportedProduct>
  readonly invoices: () => AsyncIterable<Invoice> | Iterable<Invoice>
}

/** @throws Problem (`FILE_BROKEN`, `FILE_UNREADABLE`) before anything is written */
export async function fileSource(path: string): Promise<InvoiceSource> {
  const { digest, products } = await surveyFile(path)
  return { name: digest, products, invoices: () => readInvoices(path) }
}

export function sampleSource(seed: string, count: number): InvoiceSource {
  const invoices = () => sampleInvoices(seed, count)
  return { name: `sample-${seed}-${count}`, products: neededFor(invoices()), invoices }
}

export interface ImportFigures {
  readonly orders: number
  readonly returns: number
  readonly committed: number
  readonly alreadyCommitted: number
  readonly conflicts: number
  readonly retries: number
  readonly seconds: number
  readonly commandsPerSecond: number
  readonly times: readonly ClassOfCommands[]
  readonly asInFile: boolean
}

export interface ImportResult {
  readonly figures: ImportFigures
  /** Who has read the log up to there has seen all of it. */
  readonly position: Position | undefined
}

/** It is a job and no web request: it may take its time. */
const PATIENCE = { maxAttempts: 100, timeoutMs: 60_000 }

/**
 * Places all invoices of a source, and compares the log with them.
 * @throws Problem (`ORDER_REFUSED`), and what an executor throws. What was committed before stays.
 */
export async function runImport(store: EventStore, source: InvoiceSource, concurrency: number): Promise<ImportResult> {
  const counts = new ImportCounts()
  const sums = new ControlSums()
  const executor = shopExecutor(store, { ...PATIENCE, onRetry: counts.retried })
  try {
    await stockUp(executor, source.name, source.products)
    const begun = performance.now()
    await placeInvoices(executor, sums.watch(source.invoices()), concurrency, counts)
    const seconds = (performance.now() - begun) / 1_000
    const books = await readSalesBooks(store, counts.position, sums.concerns)
    return { figures: { ...figuresOf(counts, seconds), asInFile: sums.equal(books) }, position: counts.position }
  } finally {
    await executor.close()
  }
}

function figuresOf(counts: ImportCounts, seconds: number): Omit<ImportFigures, 'asInFile'> {
  const { orders, returns, committed, alreadyCommitted, conflicts, retries, times } = counts
  return {
    orders,
    returns,
    committed,
    alreadyCommitted,
    conflicts,
    retries,
    seconds: Math.round(seconds * 1_000) / 1_000,
    commandsPerSecond: Math.round((committed + alreadyCommitted) / seconds),
    times: times.summary(),
  }
}
