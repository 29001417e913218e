import { ensureVersion } from '@eventcore/hono'
import { defineCommand, ensure } from 'eventcore'
import { z } from 'zod'
import { OrderId } from '../streams/ids.ts'
import { Shipment } from '../streams/shipment.ts'
import { IfMatch } from './if-match.ts'

export const DispatchShipment = defineCommand({
  name: 'DispatchShipment',
  input: z.object({ order: OrderId, carrier: z.string().trim().min(1).max(100), ifMatch: IfMatch }),
  streams: ({ order }) => ({ shipment: Shipment(order) }),
  handle: function* ({ input: { carrier, ifMatch }, shipment }) {
    yield* ensure(shipment.exists, 'ShipmentNotFound')
    yield* ensureVersion(shipment, ifMatch)
    const { status } = shipment.state
    yield* ensure(status === 'requested' || status === 'overdue', 'NotToBeDispatched', { status })
    return shipment.emit('ShipmentDispatched', { carrier })
  },
})
