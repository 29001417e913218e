import type { StoredEvent } from 'eventcore'

/** What came of a command, or what should have. Plain data: test runners compare it and show it. */
export interface Observation {
  readonly outcome:
    | { readonly status: 'committed' }
    | { readonly status: 'rejected'; readonly code: string; readonly detail?: unknown }
    | { readonly status: 'threw'; readonly error: string }
  /** The new events of each stream, in their order. Streams without new events are left out. */
  readonly events: Readonly<Record<string, readonly ObservedEvent[]>>
  /** Of the streams that the specification speaks of. */
  readonly states: Readonly<Record<string, unknown>>
}

export interface ObservedEvent {
  readonly type: string
  readonly data: unknown
}

/** Events by stream: in which order streams came to their events does not matter, in which order one did does. */
export function byStream(
  events: readonly { readonly stream: string; readonly type: string; readonly data: unknown }[],
): Readonly<Record<string, readonly ObservedEvent[]>> {
  const streams = new Map<string, ObservedEvent[]>()
  for (const { stream, type, data } of events) {
    const own = streams.get(stream)
    if (own === undefined) streams.set(stream, [{ type, data }])
    else own.push({ type, data })
  }
  return Object.fromEntries(streams)
}

export const decoded = ({ stream, type, data }: StoredEvent) => ({ stream, type, data: JSON.parse(data) as unknown })
