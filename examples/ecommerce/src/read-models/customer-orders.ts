import type { Projection } from 'eventcore'
import { z } from 'zod'
import { Order } from '../streams/order.ts'
import { Shipment } from '../streams/shipment.ts'
import type { ReadDatabase, Sql } from './sql.ts'

const SET_STATUS = 'UPDATE shop_orders SET status = $2 WHERE order_id = $1'

/** Which orders each customer has, and how far they are. */
export const customerOrders = <Tx>({ define, run }: Sql<Tx>): Projection<Tx> =>
  define({
    name: 'shop-orders',
    version: 1,
    streams: [Order, Shipment],
    setUp: (tx) => {
      run(
        tx,
        `CREATE TABLE IF NOT EXISTS shop_orders (order_id {text} PRIMARY KEY, customer {text} NOT NULL,
          placed_at {text} NOT NULL, total bigint NOT NULL, products bigint NOT NULL, status {text} NOT NULL)`,
      )
      run(tx, 'CREATE INDEX IF NOT EXISTS shop_orders_by_customer ON shop_orders (customer, placed_at, order_id)')
    },
    reset: (tx) => run(tx, 'DROP TABLE IF EXISTS shop_orders'),
    handlers: {
      order: {
        OrderPlaced: ({ key, data }, tx) =>
          run(
            tx,
            "INSERT INTO shop_orders VALUES ($1, $2, $3, $4, $5, 'placed')",
            key,
            data.customer,
            data.placedAt,
            data.total,
            new Set(data.lines.map(({ product }) => product)).size,
          ),
        OrderPaid: ({ key }, tx) => run(tx, SET_STATUS, key, 'paid'),
        OrderCancelled: ({ key }, tx) => run(tx, SET_STATUS, key, 'cancelled'),
      },
      shipment: {
        ShipmentRequested: ({ key }, tx) => run(tx, SET_STATUS, key, 'to-be-shipped'),
        ShipmentOverdue: ({ key }, tx) => run(tx, SET_STATUS, key, 'shipment-overdue'),
        ShipmentDispatched: ({ key }, tx) => run(tx, SET_STATUS, key, 'shipped'),
        // The order was cancelled, and says so itself.
        ShipmentStopped: () => {},
      },
    },
  })

export const OrderSummary = z.object({
  order: z.string(),
  placedAt: z.string(),
  total: z.number(),
  products: z.number(),
  status: z.string(),
})
export type OrderSummary = z.infer<typeof OrderSummary>

/** A customer's orders, the newest first. */
export const ordersOf = (database: ReadDatabase, customer: string, limit: number): Promise<readonly OrderSummary[]> =>
  database.query(
    OrderSummary,
    `SELECT order_id AS "order", placed_at AS "placedAt", total, products, status FROM shop_orders
     WHERE customer = $1 ORDER BY placed_at DESC, order_id DESC LIMIT $2`,
    customer,
    limit,
  )
