// Appends until the store fails for the n-th time, and writes down each outcome as it is told.
// Arguments: file of the store, file for the outcomes, failures to stop after.
import { appendFileSync } from 'node:fs'
import { EventStoreError } from 'eventcore'
import { SqliteEventStore } from '../../src/index.ts'
import { appendOne, commitOn } from '../writing.ts'

const [, , path = '', outcomes = '', failures = ''] = process.argv
const store = await SqliteEventStore.open(path)
const data = JSON.stringify('x'.repeat(2_000))
for (let i = 0, failed = 0; failed < Number(failures) && i < 20_000; i++) {
  const commit = commitOn(store, `stream-${i}`, { data, events: 1 + (i % 3) })
  try {
    const { status } = await appendOne(store, commit)
    appendFileSync(outcomes, `${status} ${commit.commandId}\n`)
  } catch (error) {
    if (!(error instanceof EventStoreError)) throw error
    failed++
    appendFileSync(outcomes, `${error.code} ${commit.commandId}\n`)
  }
}
process.kill(process.pid, 'SIGKILL')
