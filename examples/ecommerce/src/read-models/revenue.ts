import type { Projection } from 'eventcore'
import { z } from 'zod'
import { GoodsReturn } from '../streams/goods-return.ts'
import { Order } from '../streams/order.ts'
import type { ReadDatabase, Sql } from './sql.ts'

const BOOK = `INSERT INTO shop_revenue (day, orders, revenue) VALUES ($1, $2, $3)
  ON CONFLICT (day) DO UPDATE
    SET orders = shop_revenue.orders + excluded.orders, revenue = shop_revenue.revenue + excluded.revenue`

const dayOf = (time: string): string => time.slice(0, 10)

/** What was sold on each day (UTC), less what was given back on that day. */
export const revenue = <Tx>({ define, run }: Sql<Tx>): Projection<Tx> =>
  define({
    name: 'shop-revenue',
    version: 1,
    streams: [Order, GoodsReturn],
    setUp: (tx) =>
      run(
        tx,
        `CREATE TABLE IF NOT EXISTS shop_revenue (day {text} PRIMARY KEY, orders bigint NOT NULL, revenue bigint NOT NULL)`,
      ),
    reset: (tx) => run(tx, 'DROP TABLE IF EXISTS shop_revenue'),
    handlers: {
      order: {
        OrderPlaced: ({ data }, tx) => run(tx, BOOK, dayOf(data.placedAt), 1, data.total),
        OrderCancelled: ({ data }, tx) => run(tx, BOOK, dayOf(data.cancelledAt), 0, -data.total),
        otherwise: 'ignore',
      },
      return: {
        GoodsCredited: ({ data }, tx) => run(tx, BOOK, dayOf(data.creditedAt), 0, -data.total),
      },
    },
  })

export const RevenueOfDay = z.object({
  day: z.string(),
  orders: z.number(),
  /** In minor units. */
  revenue: z.number(),
})
export type RevenueOfDay = z.infer<typeof RevenueOfDay>

/** Days with orders from the first to the last named, both included, at most 400. */
export const revenueBetween = (database: ReadDatabase, first: string, last: string): Promise<readonly RevenueOfDay[]> =>
  database.query(
    RevenueOfDay,
    'SELECT day, orders, revenue FROM shop_revenue WHERE day >= $1 AND day <= $2 ORDER BY day LIMIT 400',
    first,
    last,
  )
