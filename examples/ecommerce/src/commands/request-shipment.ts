import { defineCommand, reject } from 'eventcore'
import { z } from 'zod'
import { OrderId } from '../streams/ids.ts'
import { Order } from '../streams/order.ts'
import { Shipment } from '../streams/shipment.ts'

/** Seconds that the warehouse has. Not an input: an event that comes again must ask for the same as before. */
const DISPATCH_WITHIN = 2 * 86_400

/** Asks for the parcel of a paid order. An order that was cancelled meanwhile gets none: it is read, and checked at commit. */
export const RequestShipment = defineCommand({
  name: 'RequestShipment',
  input: z.object({ order: OrderId }),
  streams: ({ order }) => ({ order: Order.readOnly(order), shipment: Shipment(order) }),
  handle: ({ order, shipment, now }) => {
    if (order.state.status !== 'paid') return reject('OrderNotPaid', { status: order.state.status })
    if (shipment.exists) return []
    return shipment.emit('ShipmentRequested', {
      dispatchBy: new Date(now.getTime() + DISPATCH_WITHIN * 1_000).toISOString(),
    })
  },
})
