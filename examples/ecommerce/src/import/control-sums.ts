import type { SalesBooks } from '../log/sales-books.ts'
import type { Invoice } from './invoice.ts'

/** Sums up the input while it is read, with nothing of the shop in between, to compare the log with it afterwards. */
export class ControlSums {
  readonly #products = new Map<string, { sold: number; revenue: number }>()
  readonly #invoices = new Set<string>()

  async *watch(invoices: AsyncIterable<Invoice> | Iterable<Invoice>): AsyncGenerator<Invoice> {
    for await (const invoice of invoices) {
      this.#invoices.add(invoice.number)
      for (const [sign, lines] of [
        [1, invoice.sold],
        [-1, invoice.returned],
      ] as const)
        for (const { product, quantity, unitPrice } of lines) {
          const sums = this.#products.get(product) ?? { sold: 0, revenue: 0 }
          sums.sold += sign * quantity
          sums.revenue += sign * quantity * unitPrice
          this.#products.set(product, sums)
        }
      yield invoice
    }
  }

  /** Whether an order or a return is one of the input's. */
  readonly concerns = (id: string): boolean => this.#invoices.has(id)

  /** Whether books that were kept of these orders alone say the same. */
  equal(books: SalesBooks): boolean {
    for (const [product, { sold, revenue, traded }] of books.products) {
      const sums = this.#products.get(product)
      if (traded !== (sums !== undefined)) return false
      if (sums !== undefined && (sums.sold !== sold || sums.revenue !== revenue)) return false
    }
    return [...this.#products.keys()].every((product) => books.products.has(product))
  }
}
