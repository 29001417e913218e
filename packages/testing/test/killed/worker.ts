import { SqliteEventStore } from '@eventcore/sqlite'
import { executorClient, HistoryRecorder, runWorkload, type WorkloadOptions, workloads } from '@eventcore/testing'

/** A process that works on an SQLite file until it is killed: database, history file, seed, and how it executes. */
const [database = '', historyFile = '', seed = '0', through = 'store'] = process.argv.slice(2)
const store = await SqliteEventStore.open(database)
const recorder = new HistoryRecorder({ path: historyFile })
process.stdout.write('working\n')
const client: WorkloadOptions = through === 'executor' ? { client: executorClient() } : {}
const workload = workloads.hotSet()
await runWorkload(store, workload, { ...client, commands: Infinity, seed: Number(seed), recorder })
