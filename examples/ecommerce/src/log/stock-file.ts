import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem, reasonOf } from '../problem.ts'
import type { SalesBooks } from './sales-books.ts'

/**
 * Writes what was sold of each product and for how much, in minor units, sorted by the code's bytes. Products that never were in an
 * order are left out.
 * @throws Problem (`FILE_UNWRITABLE`)
 */
export async function writeStockFile(path: string, books: SalesBooks): Promise<void> {
  try {
    await pipeline(Readable.from(lines(books)), createWriteStream(path))
  } catch (cause) {
    throw new Problem('FILE_UNWRITABLE', `${path} cannot be written: ${reasonOf(cause)}.`, { cause })
  }
}

function* lines({ products }: SalesBooks): Generator<string> {
  yield 'product,sold,revenue\n'
  for (const product of [...products.keys()].sort()) {
    const sales = products.get(product)
    if (sales?.traded === true) yield `${product},${sales.sold},${sales.revenue}\n`
  }
}
