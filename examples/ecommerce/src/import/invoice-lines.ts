import { createReadStream } from 'node:fs'
import { CsvError, parse } from 'csv-parse'
import { z } from 'zod'
import { parseMoney } from '../money.ts'
import { Problem, reasonOf } from '../problem.ts'
import { OrderId, ProductCode } from '../streams/ids.ts'

const COLUMNS = ['InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID'] as const

/** No line of an invoice comes near: a file that is not CSV at all must not fill the memory. */
const LONGEST_LINE = 65_536

const price = z.string().transform((text, context) => {
  const minor = parseMoney(text)
  if (minor !== undefined) return minor
  context.addIssue('an amount of at least 0 with at most two decimals is expected')
  return z.NEVER
})

const time = z.string().transform((text, context) => {
  const [, day, clock] = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(text) ?? []
  const iso = `${day}T${clock}Z`
  // Date.parse takes the 31st of any month.
  if (day !== undefined && !Number.isNaN(Date.parse(iso)) && new Date(iso).toISOString().startsWith(day)) return iso
  context.addIssue('a time like 2010-12-01 08:26:00 is expected')
  return z.NEVER
})

const InvoiceLine = z.object({
  InvoiceNo: OrderId,
  StockCode: ProductCode,
  Description: z.string().transform((text) => text.trim().slice(0, 200)),
  Quantity: z
    .string()
    .regex(/^-?[1-9]\d{0,5}$/, 'a whole number other than 0 is expected, of at most six digits')
    .transform(Number),
  InvoiceDate: time,
  UnitPrice: price,
  CustomerID: z.string().regex(/^\d{0,12}(\.0)?$/, 'a number or nothing is expected'),
})
export type InvoiceLine = z.infer<typeof InvoiceLine> & { readonly line: number }

/**
 * The lines of a CSV file of invoices, as a stream: the file may be larger than the memory.
 * @throws Problem (`FILE_BROKEN`) at the first line that is none, with its number; (`FILE_UNREADABLE`)
 */
export async function* invoiceLines(path: string): AsyncGenerator<InvoiceLine> {
  const file = createReadStream(path)
  let begun = false
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: LONGEST_LINE,
    columns: (header: readonly string[]) => {
      begun = true
      const missing = COLUMNS.filter((column) => !header.includes(column))
      if (missing.length > 0) throw broken(path, 1, `the columns ${missing.join(', ')} are missing`)
      return [...header]
    },
  })
  // Whoever reads the lines hears of it.
  file.once('error', (error) => parser.destroy(unreadable(error)))
  file.pipe(parser)
  let last = 1
  try {
    // What the parser gives with `info`; whether a record has the columns was checked by the header.
    for await (const { info, record } of parser as AsyncIterable<{ info: { lines: number }; record: unknown }>) {
      last = info.lines
      const result = InvoiceLine.safeParse(record)
      if (!result.success) throw broken(path, info.lines, describe(result.error, record))
      yield { ...result.data, line: info.lines }
    }
    if (!begun) throw broken(path, 1, 'the file is empty, and the names of the columns are expected')
  } catch (error) {
    if (error instanceof CsvError) throw broken(path, last + 1, error.message, error)
    throw error
  } finally {
    file.destroy()
    parser.destroy()
  }
}

function describe({ issues: [issue] }: z.ZodError, record: unknown): string {
  const column = String(issue?.path[0])
  const found = z.record(z.string(), z.string()).parse(record)[column] ?? ''
  return `${column} is ${JSON.stringify(found.slice(0, 60))}; ${issue?.message}`
}

const broken = (path: string, line: number, reason: string, cause?: unknown): Problem =>
  new Problem('FILE_BROKEN', `${path}, line ${line}: ${reason}.`, { cause })

const unreadable = (cause: Error): Problem =>
  new Problem('FILE_UNREADABLE', `The file cannot be read: ${reasonOf(cause)}.`, { cause })
