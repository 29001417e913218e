import { defineStream } from 'eventcore'
import { z } from 'zod'

export interface ShipmentState {
  readonly status: 'none' | 'requested' | 'overdue' | 'dispatched' | 'stopped'
  readonly dispatchBy: string
}

/** The parcel of one order: `shipment/0198…`, by the id of the order. */
export const Shipment = defineStream('shipment', {
  events: {
    ShipmentRequested: z.object({ dispatchBy: z.iso.datetime() }),
    /** Nobody has dispatched it in time: somebody must look. */
    ShipmentOverdue: z.object({}),
    ShipmentDispatched: z.object({ carrier: z.string().min(1).max(100) }),
    ShipmentStopped: z.object({}),
  },
  initial: (): ShipmentState => ({ status: 'none', dispatchBy: '' }),
  apply: {
    ShipmentRequested: (_, { dispatchBy }): ShipmentState => ({ status: 'requested', dispatchBy }),
    ShipmentOverdue: (state) => ({ ...state, status: 'overdue' }),
    ShipmentDispatched: (state) => ({ ...state, status: 'dispatched' }),
    ShipmentStopped: (state) => ({ ...state, status: 'stopped' }),
  },
})
