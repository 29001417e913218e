import type { OrderLine } from '../streams/order.ts'

/** What one invoice says. Lines above 0 were sold, those below 0 came back. */
export interface Invoice {
  readonly number: string
  /** The first of its lines in the file. */
  readonly line: number
  readonly customer: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly sold: readonly OrderLine[]
  readonly returned: readonly OrderLine[]
}

/** What a file says about a product, beside what was sold of it. */
export interface ImportedProduct {
  name: string | undefined
  /** The last price above 0, in minor units. */
  price: number | undefined
  /** What must have been on the shelf, so that everything could be sold in any order. */
  quantity: number
}
