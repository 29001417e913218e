import { SqliteEventStore } from '@eventcore/sqlite'
import type { Commit, EventStore } from 'eventcore'
import { foldAndMeasure, LONG_STREAM } from './fold-and-measure.ts'
import { report } from './heap.ts'

/** `fold-long-stream.ts FILE EVENTS` measures the heap while commands fold a stream of so many events. */
const [path = '', count = '0'] = process.argv.slice(2)
const events = Number(count)

async function fill(store: EventStore): Promise<void> {
  const stream = LONG_STREAM
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
report(await foldAndMeasure(store, events, 600_000))
await store.close()
