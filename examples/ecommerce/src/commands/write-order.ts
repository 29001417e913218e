import type { Emitted, EventsOf, StateOf, StreamCollection, WritableStream } from 'eventcore'
import type { CouponUse } from '../streams/coupon.ts'
import type { Order } from '../streams/order.ts'
import type { Stock } from '../streams/stock.ts'
import type { DecidedOrder } from './decide-order.ts'

type Writable<Command extends string, Definition> = WritableStream<Command, EventsOf<Definition>, StateOf<Definition>>

/** The streams of the command that places the order. What is emitted carries its name: no other command can return it. */
export interface OrderStreams<Command extends string> {
  readonly order: Writable<Command, typeof Order>
  readonly stock: StreamCollection<Writable<Command, typeof Stock>>
  readonly couponUse: StreamCollection<Writable<Command, typeof CouponUse>>
}

export interface Terms {
  readonly order: string
  readonly customer: string
  readonly coupon?: string | undefined
  readonly paymentMethod?: string | undefined
  readonly payWithin?: number | undefined
}

/** The events of an order that was decided. */
export function writeOrder<Command extends string>(
  { order, stock, couponUse }: OrderStreams<Command>,
  { order: id, customer, coupon, paymentMethod, payWithin }: Terms,
  { lines, sold, discount, total }: DecidedOrder,
  now: Date,
  placedAt = now.toISOString(),
): readonly Emitted<Command>[] {
  const payBy = payWithin === undefined ? undefined : new Date(now.getTime() + payWithin * 1_000).toISOString()
  return [
    order.emit('OrderPlaced', { customer, lines: [...lines], discount, total, placedAt, coupon, paymentMethod, payBy }),
    ...Array.from(sold, ([product, quantity]) => stock.of(product).emit('StockSold', { quantity, order: id })),
    ...couponUse.ids.map((code) => couponUse.of(code).emit('CouponUsed', { order: id })),
  ]
}
