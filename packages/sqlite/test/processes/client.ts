// Races on a store until the time is up or it is killed, and writes down what it was told.
// Arguments: file of the store, file for the history, seed, milliseconds.
import { HistoryRecorder, runWorkload, workloads } from '@eventcore/testing/checker'
import { SqliteEventStore } from '../../src/index.ts'

const [, , path = '', history = '', seed = '', timeLimitMs = ''] = process.argv
const store = await SqliteEventStore.open(path)
const recorder = new HistoryRecorder({ path: history })
process.stdout.write('ready\n')
const run = await runWorkload(store, workloads.hotSet(), {
  seed: Number(seed),
  clients: 8,
  commands: Number.MAX_SAFE_INTEGER,
  timeLimitMs: Number(timeLimitMs),
  followers: 0,
  recorder,
})
await store.close()
const { committed, failed, unknown, conflicts } = run
process.stdout.write(JSON.stringify({ committed, failed, unknown, conflicts }))
