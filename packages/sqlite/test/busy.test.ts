import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { storeError } from './store-error.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { appendOne, commitOn, fill, headAfter } from './writing.ts'

let directory: TemporaryDirectory
let path: string
beforeEach(async () => {
  directory = await temporaryDirectory()
  path = directory.file('store.db')
})
afterEach(() => directory.remove())

/** Another connection, with the write lock of the file: for SQLite the same as another process. */
async function lockedBy(): Promise<DatabaseSync> {
  await (await SqliteEventStore.open(path)).close()
  const other = new DatabaseSync(path)
  other.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE')
  return other
}

test('while another process writes an append waits, and the event loop goes on', async () => {
  const other = await lockedBy()
  // Opening looks whether there is something to migrate, and so it waits for the lock too.
  expect(await storeError(SqliteEventStore.open(path, { busyTimeoutMs: 30 }))).toMatchObject({
    code: 'STORE_UNAVAILABLE',
  })
  other.exec('ROLLBACK')

  const open = await SqliteEventStore.open(path)
  other.exec('BEGIN IMMEDIATE')
  let turns = 0
  const counting = setInterval(() => {
    turns++
    if (turns === 40) other.exec('ROLLBACK')
  }, 1)
  expect((await appendOne(open, commitOn(open, 'one'))).status).toBe('committed')
  clearInterval(counting)
  expect(turns).toBeGreaterThanOrEqual(40)
  await open.close()
  other.close()
})

test('reads go on while another process writes', async () => {
  const store = await SqliteEventStore.open(path)
  await fill(store, 100)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  expect((await store.readFeed({ limit: 1_000 })).events).toHaveLength(100)
  expect((await store.read([{ stream: 'filled-0', after: 0 }]))[0]?.version).toBe(10)
  other.close()
  await store.close()
})

test('an append that cannot get the lock in time fails for certain: nothing is written, now or later', async () => {
  const store = await SqliteEventStore.open(path, { busyTimeoutMs: 30 })
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const commit = commitOn(store, 'one')
  const error = await storeError(store.append([commit]))
  expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
  expect(error.message).toContain('busyTimeoutMs')
  other.close()
  expect(await store.findCommits([commit.commandId])).toEqual([])
  expect((await appendOne(store, commit)).status).toBe('committed')
  await store.close()
})

test('closing waits for the appends that wait for the lock', async () => {
  const store = await SqliteEventStore.open(path)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const appending = store.append([commitOn(store, 'one')])
  const closing = store.close()
  expect(await storeError(store.append([commitOn(store, 'two')]))).toMatchObject({ code: 'STORE_CLOSED' })
  other.exec('ROLLBACK')
  other.close()
  expect(await appending).toMatchObject([{ status: 'committed' }])
  await closing
})

test('knows what another process has written since, little or much', async () => {
  const one = await SqliteEventStore.open(path)
  const two = await SqliteEventStore.open(path)
  const first = commitOn(one, 'shared')
  await appendOne(one, first)
  const second = commitOn(two, 'shared', { head: headAfter(first) })
  expect((await appendOne(two, second)).status).toBe('committed')
  // "one" believes to know where the stream stands.
  expect(await appendOne(one, commitOn(one, 'shared', { head: headAfter(first) }))).toMatchObject({
    status: 'conflict',
    conflicts: [{ actualVersion: 2, actualHeadId: headAfter(second).headId }],
  })
  // Beyond the limit up to which it catches up event by event.
  await fill(two, 2_500)
  const third = commitOn(one, 'shared', { head: headAfter(second) })
  expect(await appendOne(one, third)).toMatchObject({ status: 'committed', positions: ['2503'] })
  expect(await appendOne(two, commitOn(two, 'shared', { head: headAfter(third) }))).toMatchObject({
    positions: ['2504'],
  })
  await one.close()
  await two.close()
})
