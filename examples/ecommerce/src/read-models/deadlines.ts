import type { Projection } from 'eventcore'
import { z } from 'zod'
import { Order } from '../streams/order.ts'
import { Shipment } from '../streams/shipment.ts'
import type { ReadDatabase, Sql } from './sql.ts'

const SET = `INSERT INTO shop_deadlines (order_id, kind, due) VALUES ($1, $2, $3)
  ON CONFLICT (order_id, kind) DO UPDATE SET due = excluded.due`
const LIFT = 'DELETE FROM shop_deadlines WHERE order_id = $1 AND kind = $2'

/** What has to happen by when: the alarm clock of the shop. */
export const deadlines = <Tx>({ define, run }: Sql<Tx>): Projection<Tx> =>
  define({
    name: 'shop-deadlines',
    version: 1,
    streams: [Order, Shipment],
    setUp: (tx) => {
      run(
        tx,
        `CREATE TABLE IF NOT EXISTS shop_deadlines
          (order_id {text} NOT NULL, kind {text} NOT NULL, due {text} NOT NULL, PRIMARY KEY (order_id, kind))`,
      )
      run(tx, 'CREATE INDEX IF NOT EXISTS shop_deadlines_by_due ON shop_deadlines (due)')
    },
    reset: (tx) => run(tx, 'DROP TABLE IF EXISTS shop_deadlines'),
    handlers: {
      order: {
        OrderPlaced: ({ key, data }, tx) => {
          if (data.payBy !== undefined) run(tx, SET, key, 'payment', data.payBy)
        },
        OrderPaid: ({ key }, tx) => run(tx, LIFT, key, 'payment'),
        OrderCancelled: ({ key }, tx) => run(tx, LIFT, key, 'payment'),
      },
      shipment: {
        ShipmentRequested: ({ key, data }, tx) => run(tx, SET, key, 'shipment', data.dispatchBy),
        ShipmentOverdue: ({ key }, tx) => run(tx, LIFT, key, 'shipment'),
        ShipmentDispatched: ({ key }, tx) => run(tx, LIFT, key, 'shipment'),
        ShipmentStopped: ({ key }, tx) => run(tx, LIFT, key, 'shipment'),
      },
    },
  })

const Deadline = z.object({ order: z.string(), kind: z.enum(['payment', 'shipment']) })
export type Deadline = z.infer<typeof Deadline>

/** Deadlines that have passed, the oldest first. */
export const passedDeadlines = (database: ReadDatabase, now: string, limit: number): Promise<readonly Deadline[]> =>
  database.query(
    Deadline,
    'SELECT order_id AS "order", kind FROM shop_deadlines WHERE due <= $1 ORDER BY due, order_id LIMIT $2',
    now,
    limit,
  )
