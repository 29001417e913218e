import type { StoredEvent } from 'eventcore'
import type { PlannedEvent, StreamView } from './workload.ts'

/** All streams of all workloads are of one kind: ids as `defineStream` makes them. */
export const WORK = 'work'
export const workStream = (id: string): string => `${WORK}/${id}`

/** Whether a stream's id begins so. */
export const streamsNamed =
  (prefix: string) =>
  (stream: string): boolean =>
    stream.startsWith(workStream(prefix))

/** The one event type of all workloads. */
export const WORKED = 'Worked'

/** Its payload. It says which command wrote it and how many there are: torn commits show even without a history. */
export interface WorkedPayload {
  readonly amount: number
  readonly next?: string | undefined
  readonly command: string
  readonly index: number
  readonly of: number
}

export function payloadOf(event: PlannedEvent, command: string, index: number, of: number): WorkedPayload {
  return { amount: event.amount ?? 0, next: event.next, command, index, of }
}

export const unseen = (stream: string): StreamView => ({ stream, version: 0, headId: null, sum: 0, next: undefined })

export function foldWorked(view: StreamView, event: StoredEvent): StreamView {
  const { amount, next = view.next } = parseWorked(event)
  return { stream: view.stream, version: event.version, headId: event.id, sum: view.sum + amount, next }
}

export function parseWorked({ id, type, data }: Pick<StoredEvent, 'id' | 'type' | 'data'>): WorkedPayload {
  const payload: unknown = JSON.parse(data)
  if (type !== WORKED || typeof payload !== 'object' || payload === null || !('amount' in payload)) {
    throw new TypeError(`Event ${id} of type ${type} was not written by a workload. Run it on an empty store.`)
  }
  return payload as WorkedPayload // what payloadOf made
}
