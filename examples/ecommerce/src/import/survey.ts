import { createHash } from 'node:crypto'
import type { ImportedProduct } from './invoice.ts'
import type { InvoiceLine } from './invoice-lines.ts'
import { readInvoices } from './read-invoices.ts'

/** What a file holds as a whole. */
export interface Survey {
  /** The same lines, the same text: what is done once for the file is named by it. */
  readonly digest: string
  readonly products: ReadonlyMap<string, ImportedProduct>
  readonly invoices: number
  readonly lines: number
}

/**
 * Reads a file to its end before anything is done with it: a broken line further down is found before anything is written, and
 * the shelves can be filled with what will be sold. Memory for products and invoice numbers, not for lines.
 * @throws Problem (`FILE_BROKEN`, `FILE_UNREADABLE`)
 */
export async function surveyFile(path: string): Promise<Survey> {
  const hash = createHash('sha256')
  const products = new Map<string, ImportedProduct>()
  let invoices = 0
  let lines = 0
  const add = (line: InvoiceLine): void => {
    lines++
    hash.update(JSON.stringify(line))
    addTo(products, line)
  }
  for await (const _ of readInvoices(path, add)) invoices++
  return { digest: hash.digest('hex').slice(0, 24), products, invoices, lines }
}

function addTo(products: Map<string, ImportedProduct>, line: InvoiceLine): void {
  const { StockCode, Description, Quantity, UnitPrice } = line
  const product = products.get(StockCode) ?? { name: undefined, price: undefined, quantity: 0 }
  products.set(StockCode, product)
  product.name ??= Description === '' ? undefined : Description
  if (UnitPrice > 0) product.price = UnitPrice
  if (Quantity > 0) product.quantity += Quantity
}
