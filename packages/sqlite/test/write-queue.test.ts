import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { Writer } from '../src/writer.ts'
import { storeError } from './store-error.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { openWithWriter } from './writer-connection.ts'
import { appendOne, commitOn, fill, headAfter } from './writing.ts'

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await directory.remove()
})

test('appends that are called together share a transaction, each with its own answer', async () => {
  const store = await SqliteEventStore.open(directory.file('store.db'))
  const commits = Array.from({ length: 50 }, (_, i) => commitOn(store, `stream-${i}`))
  const begin = vi.spyOn(Writer.prototype, 'begin')
  const results = await Promise.all(commits.map((commit) => appendOne(store, commit)))
  expect(results.map(({ status }) => status)).toEqual(commits.map(() => 'committed'))
  // One, unless the machine is so slow that what fits into a transaction's time is less.
  expect(begin.mock.calls.length).toBeLessThan(commits.length / 2)
  await store.close()
})

test('calls that share a transaction see the ones before them', async () => {
  const store = await SqliteEventStore.open(directory.file('store.db'))
  const first = commitOn(store, 'one')
  const second = commitOn(store, 'one', { head: headAfter(first) })
  const late = commitOn(store, 'one', { head: headAfter(first) })
  const results = await Promise.all([first, second, late, first].map((commit) => appendOne(store, commit)))
  expect(results.map(({ status }) => status)).toEqual(['committed', 'committed', 'conflict', 'duplicate'])
  await store.close()
})

test('a lost lease fails its own call, not the append beside it', async () => {
  const store = await SqliteEventStore.open(directory.file('store.db'))
  await appendOne(store, commitOn(store, 'one'))
  const cursor = await store.headCursor()
  if (cursor === undefined) throw new Error('no cursor')
  await store.leases.acquire('reader', 'a', 1)
  await store.checkpoints.save({ name: 'reader', cursor, epoch: 5 })
  const [append, save, next] = await Promise.allSettled([
    appendOne(store, commitOn(store, 'two')),
    store.checkpoints.save({ name: 'reader', cursor, epoch: 4 }),
    store.checkpoints.save({ name: 'reader', cursor, epoch: 6 }),
  ])
  expect(append).toMatchObject({ status: 'fulfilled', value: { status: 'committed' } })
  expect(save).toMatchObject({ status: 'rejected', reason: { code: 'LEASE_LOST', currentEpoch: 5 } })
  expect(next.status).toBe('fulfilled')
  await store.close()
})

test('a call that makes the transaction fail does not fail those that shared it', async () => {
  const { store, writer } = await openWithWriter(directory.file('store.db'))
  await fill(store, 100)
  // Room for a few pages, not for 300 of them.
  const pages = writer.prepare('PRAGMA page_count').get()?.page_count
  writer.exec(`PRAGMA max_page_count = ${Number(pages) + 20}`)
  const large = commitOn(store, 'large', { data: JSON.stringify('x'.repeat(1_200_000)) })
  const [before, failed, after] = await Promise.allSettled([
    appendOne(store, commitOn(store, 'before')),
    appendOne(store, large),
    appendOne(store, commitOn(store, 'after')),
  ])
  expect(before).toMatchObject({ value: { status: 'committed' } })
  expect(failed).toMatchObject({ reason: { code: 'STORE_FAILURE' } })
  expect(after).toMatchObject({ value: { status: 'committed' } })
  expect(await store.findCommits([large.commandId])).toEqual([])
  await store.close()
})

test('more calls than the queue takes are refused, definitely', async () => {
  const store = await SqliteEventStore.open(directory.file('store.db'))
  const saves = Array.from({ length: 10_001 }, () => store.snapshots.delete({ stream: 'nothing' }))
  const last = saves.pop()
  if (last === undefined) throw new Error('nothing was called')
  expect(await storeError(last)).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
  await Promise.all(saves)
  await store.close()
})

test.each(['appending', 'reading'])('whoever does nothing but %s lets the event loop turn', async (what) => {
  const store = await SqliteEventStore.open(directory.file('store.db'))
  await fill(store, 5_000)
  let turns = 0
  let running = true
  const turn = (): void => {
    turns++
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  for (let i = 0; i < 60; i++) {
    if (what === 'appending') await fill(store, 100, { prefix: `round-${i}-` })
    else await store.readFeed({ limit: 1_000 })
  }
  running = false
  // Without giving way there would be none: all of it happens in promise jobs.
  expect(turns).toBeGreaterThan(3)
  await store.close()
})
