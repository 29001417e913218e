import { defineReactor } from 'eventcore'
import { RequestShipment } from '../commands/request-shipment.ts'
import { Order } from '../streams/order.ts'

/**
 * Asks for a parcel when an order was paid. An event may come twice, after a crash; the command that it leads to is executed
 * once, since its id is made of the event. A rejection is an answer too: the order was cancelled in between.
 */
export const shipPaidOrders = defineReactor({
  name: 'ship-paid-orders',
  streams: [Order],
  from: 'start',
  handlers: {
    order: {
      OrderPaid: async ({ key }, { execute }) => {
        await execute(RequestShipment({ order: key }))
      },
      otherwise: 'ignore',
    },
  },
  // One order that cannot be shipped holds up itself, and no other.
  onFailure: { action: 'dead-letter' },
})
