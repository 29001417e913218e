import { type EventStore, readEvents } from 'eventcore'
import { Order } from '../streams/order.ts'
import { Shipment } from '../streams/shipment.ts'

/** An event of an order or its parcel, as it is shown. */
export interface OrderHistoryEntry {
  readonly type: string
  readonly stream: string
  readonly version: number
  readonly position: string
  /** ISO 8601. */
  readonly time: string
  readonly command: string
  readonly data: unknown
}

/** What has happened to an order and its parcel, in the order in which it was committed. None: there is no such order. */
export async function orderHistory(events: EventStore, order: string): Promise<OrderHistoryEntry[]> {
  const history: OrderHistoryEntry[] = []
  const filter = { streams: orderStreams(order) }
  for await (const event of readEvents(events, { streams: [Order, Shipment], filter })) {
    const { type, stream, version, position, data, commit } = event
    const time = new Date(event.time).toISOString()
    history.push({ type, stream, version, position, time, command: commit.commandName, data })
  }
  return history
}

/** The streams in which stands what happens to an order. */
export const orderStreams = (order: string): string[] => [Order.idOf(order), Shipment.idOf(order)]
