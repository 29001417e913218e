// Writes sample/invoices.csv anew: run it in the folder of the example.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sampleCatalogue } from './catalogue.ts'
import { sampleInvoices } from './sample-invoices.ts'

const names = new Map(sampleCatalogue().map(({ product, name }) => [product, name]))
const lines = ['InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country']
for (const { number, customer, at, sold, returned } of sampleInvoices('S', 80)) {
  const time = at.slice(0, 19).replace('T', ' ')
  for (const [sign, part] of [
    [1, sold],
    [-1, returned],
  ] as const)
    for (const { product, quantity, unitPrice } of part) {
      const price = (unitPrice / 100).toFixed(2)
      const name = `"${names.get(product)}, ""${product}"""`
      lines.push(`${number},${product},${name},${sign * quantity},${time},${price},${customer}.0,United Kingdom`)
    }
}
await writeFile(fileURLToPath(new URL('../../sample/invoices.csv', import.meta.url)), `${lines.join('\n')}\n`)
