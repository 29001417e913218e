import type { Projection } from 'eventcore'
import { z } from 'zod'
import { PriceList } from '../streams/price-list.ts'
import { Product } from '../streams/product.ts'
import { Stock } from '../streams/stock.ts'
import type { ReadDatabase, Sql } from './sql.ts'

const ADD_STOCK = `INSERT INTO shop_catalogue (product, on_hand, sold) VALUES ($1, $2, $3)
  ON CONFLICT (product) DO UPDATE
    SET on_hand = shop_catalogue.on_hand + excluded.on_hand, sold = shop_catalogue.sold + excluded.sold`

/** What there is to buy: name, price and stock of every product. */
export const catalogue = <Tx>({ define, run }: Sql<Tx>): Projection<Tx> =>
  define({
    name: 'shop-catalogue',
    version: 1,
    streams: [Product, Stock, PriceList],
    setUp: (tx) =>
      run(
        tx,
        `CREATE TABLE IF NOT EXISTS shop_catalogue (product {text} PRIMARY KEY, name {text} NOT NULL DEFAULT '',
          price bigint, on_hand bigint NOT NULL DEFAULT 0, sold bigint NOT NULL DEFAULT 0)`,
      ),
    reset: (tx) => run(tx, 'DROP TABLE IF EXISTS shop_catalogue'),
    handlers: {
      product: {
        ProductNamed: ({ key, data }, tx) =>
          run(
            tx,
            `INSERT INTO shop_catalogue (product, name) VALUES ($1, $2)
             ON CONFLICT (product) DO UPDATE SET name = excluded.name`,
            key,
            data.name,
          ),
      },
      stock: {
        StockReceived: ({ key, data }, tx) => run(tx, ADD_STOCK, key, data.quantity, 0),
        StockSold: ({ key, data }, tx) => run(tx, ADD_STOCK, key, -data.quantity, data.quantity),
        StockReturned: ({ key, data }, tx) => run(tx, ADD_STOCK, key, data.quantity, -data.quantity),
      },
      'price-list': {
        PricesSet: ({ data }, tx) => {
          for (const { product, price } of data.prices)
            run(
              tx,
              `INSERT INTO shop_catalogue (product, price) VALUES ($1, $2)
               ON CONFLICT (product) DO UPDATE SET price = excluded.price`,
              product,
              price,
            )
        },
      },
    },
  })

export const CatalogueEntry = z.object({
  product: z.string(),
  name: z.string(),
  /** In minor units; `null` for what is not for sale. */
  price: z.number().nullable(),
  onHand: z.number(),
  sold: z.number(),
})
export type CatalogueEntry = z.infer<typeof CatalogueEntry>

const COLUMNS = 'product, name, price, on_hand AS "onHand", sold'

/** A page of the products for sale, by their codes, after the one named. */
export const listProducts = (
  database: ReadDatabase,
  { search, from, limit }: { readonly search: string; readonly from: string; readonly limit: number },
): Promise<readonly CatalogueEntry[]> =>
  database.query(
    CatalogueEntry,
    `SELECT ${COLUMNS} FROM shop_catalogue
     WHERE product > $1 AND price IS NOT NULL AND (lower(name) LIKE $2 ESCAPE '\\' OR lower(product) LIKE $2 ESCAPE '\\')
     ORDER BY product LIMIT $3`,
    from,
    `%${search.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`,
    limit,
  )

export async function findProduct(database: ReadDatabase, product: string): Promise<CatalogueEntry | undefined> {
  const [entry] = await database.query(
    CatalogueEntry,
    `SELECT ${COLUMNS} FROM shop_catalogue WHERE product = $1`,
    product,
  )
  return entry
}

/** How many pieces of each of these products there are. */
export async function stockOf(
  database: ReadDatabase,
  products: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (products.length === 0) return new Map()
  const rows = await database.query(
    CatalogueEntry.pick({ product: true, onHand: true }),
    `SELECT product, on_hand AS "onHand" FROM shop_catalogue
     WHERE product IN (${products.map((_, i) => `$${i + 1}`).join(', ')})`,
    ...products,
  )
  return new Map(rows.map(({ product, onHand }) => [product, onHand]))
}
