import { defineCommand } from 'eventcore'
import { z } from 'zod'
import { OrderId } from '../streams/ids.ts'
import { Shipment } from '../streams/shipment.ts'

/** Notes that a parcel should have left by now. If it has left, or there is time still, there is nothing to note. */
export const MarkOverdue = defineCommand({
  name: 'MarkOverdue',
  input: z.object({ order: OrderId }),
  streams: ({ order }) => ({ shipment: Shipment(order) }),
  handle: ({ shipment, now }) => {
    const { status, dispatchBy } = shipment.state
    return status === 'requested' && now.toISOString() >= dispatchBy ? shipment.emit('ShipmentOverdue', {}) : []
  },
})
