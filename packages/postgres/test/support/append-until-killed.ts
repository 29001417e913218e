// Appends to streams of others until it is killed. Argument: URL of the database.
import { PostgresEventStore } from '../../src/index.ts'
import { WatchedWriters } from './stopped.ts'

const store = await PostgresEventStore.open({ url: process.argv[2] ?? '', maxConnections: 8 })
new WatchedWriters(store, 8)
process.stdout.write('ready\n')
