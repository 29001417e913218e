import { Problem } from '../problem.ts'
import type { OrderLine } from '../streams/order.ts'
import type { Invoice } from './invoice.ts'
import { type InvoiceLine, invoiceLines } from './invoice-lines.ts'

/** As many as an order takes. */
const MOST_LINES = 5_000

/**
 * The invoices of a file. The lines of one stand together; one that comes again further down is an error, since it would be a
 * second order under the same number.
 * @param onLine is told of each line, in their order
 * @throws Problem (`FILE_BROKEN`, `FILE_UNREADABLE`)
 */
export async function* readInvoices(path: string, onLine?: (line: InvoiceLine) => void): AsyncGenerator<Invoice> {
  const seen = new Set<string>()
  let lines: InvoiceLine[] = []
  for await (const line of invoiceLines(path)) {
    onLine?.(line)
    const number = line.InvoiceNo
    if (lines[0] !== undefined && lines[0].InvoiceNo !== number) {
      yield invoiceOf(lines[0], lines)
      lines = []
    }
    if (lines.length === 0 && seen.has(number))
      throw new Problem(
        'FILE_BROKEN',
        `${path}, line ${line.line}: invoice ${number} stood further up already; all its lines are expected together.`,
      )
    if (lines.length === MOST_LINES)
      throw new Problem(
        'FILE_BROKEN',
        `${path}, line ${line.line}: invoice ${number} has more than ${MOST_LINES} lines.`,
      )
    seen.add(number)
    lines.push(line)
  }
  if (lines[0] !== undefined) yield invoiceOf(lines[0], lines)
}

function invoiceOf(first: InvoiceLine, lines: readonly InvoiceLine[]): Invoice {
  const sold: OrderLine[] = []
  const returned: OrderLine[] = []
  for (const { StockCode: product, Quantity: quantity, UnitPrice: unitPrice } of lines)
    (quantity > 0 ? sold : returned).push({ product, quantity: Math.abs(quantity), unitPrice })
  return {
    number: first.InvoiceNo,
    line: first.line,
    customer: first.CustomerID.replace(/\.0$/, '') || 'guest',
    at: first.InvoiceDate,
    sold,
    returned,
  }
}
