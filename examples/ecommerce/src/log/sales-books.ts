import type { EventOf } from 'eventcore'
import type { GoodsReturn } from '../streams/goods-return.ts'
import type { Order, OrderLine } from '../streams/order.ts'
import type { Stock } from '../streams/stock.ts'

/** What the log says about one product. */
export interface ProductSales {
  /** Pieces sold less those that came back: from the orders. */
  sold: number
  /** Whether it ever was in an order. */
  traded: boolean
  /** In minor units, before discounts on whole orders: from the orders. */
  revenue: number
  /** The same pieces, from the stock. */
  taken: number
  onHand: number
  /** The least that ever lay on the shelf. */
  least: number
}

type SalesEvent = EventOf<typeof Order> | EventOf<typeof GoodsReturn> | EventOf<typeof Stock>

/**
 * The books of the shop, kept anew from the first event of the log, by double entry: what orders say was sold must be what left
 * the shelves. Apart from the folds that commands decide on.
 */
export class SalesBooks {
  readonly products = new Map<string, ProductSales>()
  events = 0

  /** Products of which more was sold than there was, at any time. */
  get oversold(): number {
    return this.#count(({ least }) => least < 0)
  }

  /** Products of which the orders say something else than the stock. */
  get unequal(): number {
    return this.#count(({ sold, taken }) => sold !== taken)
  }

  get sold(): number {
    return this.#sum(({ sold }) => sold)
  }

  get revenue(): number {
    return this.#sum(({ revenue }) => revenue)
  }

  add(event: SalesEvent, concerns: (id: string) => boolean): void {
    this.events++
    switch (event.type) {
      case 'OrderPlaced':
        if (concerns(event.key)) this.#book(event.data.lines, 1)
        return
      case 'OrderCancelled':
      case 'GoodsCredited':
        if (concerns(event.key)) this.#book(event.data.lines, -1)
        return
      case 'StockReceived':
        this.#move(event.key, event.data.quantity, false)
        return
      case 'StockSold':
        this.#move(event.key, -event.data.quantity, concerns(event.data.order))
        return
      case 'StockReturned':
        this.#move(event.key, event.data.quantity, concerns(event.data.from))
        return
      case 'OrderPaid':
        return
    }
  }

  #book(lines: readonly OrderLine[], sign: 1 | -1): void {
    for (const { product, quantity, unitPrice } of lines) {
      const sales = this.#of(product)
      sales.traded = true
      sales.sold += sign * quantity
      sales.revenue += sign * quantity * unitPrice
    }
  }

  #move(product: string, quantity: number, sale: boolean): void {
    const sales = this.#of(product)
    if (sale) sales.taken -= quantity
    sales.onHand += quantity
    sales.least = Math.min(sales.least, sales.onHand)
  }

  #of(product: string): ProductSales {
    let sales = this.products.get(product)
    if (sales === undefined) {
      sales = { traded: false, sold: 0, revenue: 0, taken: 0, onHand: 0, least: 0 }
      this.products.set(product, sales)
    }
    return sales
  }

  #count(test: (sales: ProductSales) => boolean): number {
    return this.#sum((sales) => (test(sales) ? 1 : 0))
  }

  #sum(value: (sales: ProductSales) => number): number {
    let sum = 0
    for (const sales of this.products.values()) sum += value(sales)
    return sum
  }
}
