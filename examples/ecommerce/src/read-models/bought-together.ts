import type { Projection } from 'eventcore'
import { z } from 'zod'
import { Order } from '../streams/order.ts'
import type { ReadDatabase, Sql } from './sql.ts'

/** An order of 500 products has 125,000 pairs, and tells nothing about taste: somebody stocks up a shop. */
const MOST_PRODUCTS = 30

const COUNT = `INSERT INTO shop_bought_together (product, other, orders) VALUES ($1, $2, $3)
  ON CONFLICT (product, other) DO UPDATE SET orders = shop_bought_together.orders + excluded.orders`

/** In how many orders two products stand together: "what else was bought". Each pair once, the lesser code first. */
export const boughtTogether = <Tx>({ define, run }: Sql<Tx>): Projection<Tx> => {
  const count = (tx: Tx, lines: readonly { readonly product: string }[], orders: 1 | -1): void => {
    const products = [...new Set(lines.map(({ product }) => product))].sort()
    if (products.length > MOST_PRODUCTS) return
    for (const [i, product] of products.entries())
      for (const other of products.slice(i + 1)) run(tx, COUNT, product, other, orders)
  }
  return define({
    name: 'shop-bought-together',
    version: 1,
    streams: [Order],
    setUp: (tx) => {
      run(
        tx,
        `CREATE TABLE IF NOT EXISTS shop_bought_together
          (product {text} NOT NULL, other {text} NOT NULL, orders bigint NOT NULL, PRIMARY KEY (product, other))`,
      )
      run(tx, 'CREATE INDEX IF NOT EXISTS shop_bought_together_by_other ON shop_bought_together (other)')
    },
    reset: (tx) => run(tx, 'DROP TABLE IF EXISTS shop_bought_together'),
    handlers: {
      order: {
        OrderPlaced: ({ data }, tx) => count(tx, data.lines, 1),
        OrderCancelled: ({ data }, tx) => count(tx, data.lines, -1),
        otherwise: 'ignore',
      },
    },
  })
}

export const AlsoBought = z.object({ product: z.string(), orders: z.number() })
export type AlsoBought = z.infer<typeof AlsoBought>

/** What stands in the most orders beside a product. */
export const alsoBought = (database: ReadDatabase, product: string, limit: number): Promise<readonly AlsoBought[]> =>
  database.query(
    AlsoBought,
    `SELECT product, orders FROM (
       SELECT other AS product, orders FROM shop_bought_together WHERE product = $1
       UNION ALL SELECT product, orders FROM shop_bought_together WHERE other = $1
     ) AS pairs WHERE orders > 0 ORDER BY orders DESC, product LIMIT $2`,
    product,
    limit,
  )
