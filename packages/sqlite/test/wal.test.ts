import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { JOURNAL_SIZE_LIMIT } from '../src/wal-checkpoints.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { fill } from './writing.ts'

let directory: TemporaryDirectory
let path: string
let store: SqliteEventStore
beforeEach(async () => {
  directory = await temporaryDirectory()
  path = directory.file('store.db')
  store = await SqliteEventStore.open(path)
})
afterEach(async () => {
  await store.close()
  await directory.remove()
})

const data = JSON.stringify('x'.repeat(20_000))

/** Checkpoints come after 40 MB at the latest, and nobody knows exactly how large the WAL is. */
const WAL_BOUND = 60_000_000
const walBytes = (): number => statSync(`${path}-wal`).size

/** About 25 MB each, with a reader of this store busy all the time. */
async function writeAndRead(round: number): Promise<void> {
  let writing = true
  const reading = (async () => {
    while (writing) await store.readFeed({ limit: 50 })
  })()
  await fill(store, 1_000, { streams: 200, prefix: `round-${round}-`, data })
  writing = false
  await reading
}

test('the WAL does not grow with what is written, readers of this store or not', async () => {
  for (let round = 0; round < 6; round++) await writeAndRead(round)
  expect(statSync(path).size + walBytes()).toBeGreaterThan(1.5 * WAL_BOUND)
  expect(walBytes()).toBeLessThan(WAL_BOUND)
}, 30_000)

test('a reader of another process holds the WAL, and when it ends the WAL is emptied', async () => {
  await fill(store, 10)
  const other = new DatabaseSync(path, { readOnly: true })
  other.exec('BEGIN')
  other.prepare('SELECT count(*) FROM eventcore_events').get()
  for (let round = 0; round < 5; round++) await fill(store, 1_000, { streams: 200, prefix: `held-${round}-`, data })
  expect(walBytes()).toBeGreaterThan(JOURNAL_SIZE_LIMIT)

  other.close()
  // The next checkpoint reaches the end, and the append after it begins at the beginning.
  for (let round = 0; round < 6; round++) await fill(store, 1_000, { streams: 200, prefix: `free-${round}-`, data })
  expect(walBytes()).toBeLessThanOrEqual(JOURNAL_SIZE_LIMIT)
}, 30_000)

test('closing leaves one file', async () => {
  await fill(store, 100)
  await store.close()
  expect(() => walBytes()).toThrow('ENOENT')
})
