import { defineCommand, reject } from 'eventcore'
import { z } from 'zod'
import { OrderId } from '../streams/ids.ts'
import { Order } from '../streams/order.ts'
import { Shipment } from '../streams/shipment.ts'

/** Asks for the parcel of a paid order. An order that was cancelled meanwhile gets none: it is read, and checked at commit. */
export const RequestShipment = defineCommand({
  name: 'RequestShipment',
  input: z.object({ order: OrderId, dispatchWithin: z.int().positive() }),
  streams: ({ order }) => ({ order: Order.readOnly(order), shipment: Shipment(order) }),
  handle: ({ input: { dispatchWithin }, order, shipment, now }) => {
    if (order.state.status !== 'paid') return reject('OrderNotPaid', { status: order.state.status })
    if (shipment.exists) return []
    return shipment.emit('ShipmentRequested', {
      dispatchBy: new Date(now.getTime() + dispatchWithin * 1_000).toISOString(),
    })
  },
})
