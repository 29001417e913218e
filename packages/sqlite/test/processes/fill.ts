// Fills a store with large events. Arguments: file of the store, prefix of the streams, events.
import { SqliteEventStore } from '../../src/index.ts'
import { fill } from '../writing.ts'

const [, , path = '', prefix = '', events = ''] = process.argv
const store = await SqliteEventStore.open(path)
await fill(store, Number(events), { streams: 200, prefix, data: JSON.stringify('x'.repeat(20_000)) })
await store.close()
