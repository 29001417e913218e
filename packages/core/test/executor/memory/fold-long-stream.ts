import { SqliteEventStore } from '@eventcore/sqlite'
import {
  CommandExecutor,
  type Commit,
  defineCommand,
  defineStream,
  type EventStore,
  reject,
  unchecked,
} from 'eventcore'
import { heap, heapAtRest, report } from './heap.ts'

/** `fold-long-stream.ts FILE EVENTS` measures the heap while commands fold a stream of so many events. */
const [path = '', count = '0'] = process.argv.slice(2)
const events = Number(count)

let peak = 0
const watch = (): void => {
  peak = Math.max(peak, heap())
}

const Meter = defineStream('meter', {
  events: { Read: unchecked<{ value: number; unit: string }>() },
  initial: () => ({ sum: 0, count: 0 }),
  apply: {
    Read: ({ sum, count: counted }, { value }) => {
      if (counted % 500 === 0) watch()
      return { sum: sum + value, count: counted + 1 }
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
          if (counted % 500 === 0) watch()
          return counted + 1
        },
      },
    },
  },
  handle: ({ timeline }) => reject('Counted', timeline),
})

async function fill(store: EventStore): Promise<void> {
  const stream = 'meter/long'
  let headId: string | null = null
  for (let version = 0; version < events; version += 2_000) {
    const commit: Commit = {
      commandId: store.newId(),
      commandName: 'Fill',
      inputHash: '',
      checks: [{ stream, version, headId, base: version }],
      events: Array.from({ length: Math.min(2_000, events - version) }, (_, index) => ({
        id: store.newId(),
        stream,
        type: 'Read',
        data: JSON.stringify({ value: (version + index) % 100, unit: 'kilowatt hours of the day' }),
      })),
      recordedAt: 0,
      correlationId: 'fill',
      causationId: null,
      metadata: '{}',
    }
    const [result] = await store.append([commit])
    if (result?.status !== 'committed') throw new Error(`the stream could not be filled: ${result?.status}`)
    headId = commit.events.at(-1)?.id ?? null
  }
}

const store = await SqliteEventStore.open(path)
await fill(store)
const baseline = heapAtRest()
const executor = new CommandExecutor(store, { timeoutMs: 600_000 })
const summed = await executor.execute(Sum({}))
if (summed.status !== 'rejected' || summed.detail.count !== events) throw new Error('events are missing')
const folded = peak - baseline
peak = 0
const told = await executor.execute(Timeline({}))
if (told.status !== 'rejected' || told.detail !== events) throw new Error('events are missing from the timeline')
report({ folded, timeline: peak - baseline, kept: heapAtRest() - baseline })
await store.close()
