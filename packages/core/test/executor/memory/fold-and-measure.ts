import { CommandExecutor, defineCommand, defineStream, type EventStore, reject, unchecked } from 'eventcore'
import { heap, heapAtRest } from './heap.ts'

/** The stream that is folded. Its events are `Read`, each with a `value` and a `unit`. */
export const LONG_STREAM = 'meter/long'

let peak = 0

/** Every 500th event: what is watched must not cost what it watches. */
function watch(counted: number): void {
  if (counted % 500 === 0) peak = Math.max(peak, heap())
}

const Meter = defineStream('meter', {
  events: { Read: unchecked<{ value: number; unit: string }>() },
  initial: () => ({ sum: 0, count: 0 }),
  apply: {
    Read: ({ sum, count }, { value }) => {
      watch(count)
      return { sum: sum + value, count: count + 1 }
    },
  },
})
const Sum = defineCommand({
  name: 'Sum',
  input: unchecked<object>(),
  streams: () => ({ meter: Meter('long') }),
  handle: ({ meter }) => reject('Sum', meter.state),
})
const Timeline = defineCommand({
  name: 'Timeline',
  input: unchecked<object>(),
  streams: () => ({ meter: Meter('long') }),
  timeline: {
    initial: () => 0,
    apply: {
      meter: {
        Read: (counted: number) => {
          watch(counted)
          return counted + 1
        },
      },
    },
  },
  handle: ({ timeline }) => reject('Counted', timeline),
})

/**
 * Megabytes of the heap above its baseline while commands fold the stream of so many events, by itself and in a timeline, and what stays of
 * it. Both commands must have seen every event.
 */
export async function foldAndMeasure(
  store: EventStore,
  events: number,
  timeoutMs: number,
): Promise<{ readonly folded: number; readonly timeline: number; readonly kept: number }> {
  const baseline = heapAtRest()
  const executor = new CommandExecutor(store, { timeoutMs })
  const summed = await executor.execute(Sum({}))
  if (summed.status !== 'rejected' || summed.detail.count !== events) throw new Error('events are missing')
  const folded = peak - baseline
  peak = 0
  const told = await executor.execute(Timeline({}))
  if (told.status !== 'rejected' || told.detail !== events) throw new Error('events are missing from the timeline')
  return { folded, timeline: peak - baseline, kept: heapAtRest() - baseline }
}
