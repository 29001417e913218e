import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { appendOne, commitOn } from './writing.ts'

let directory: TemporaryDirectory
let one: SqliteEventStore
let two: SqliteEventStore
beforeEach(async () => {
  directory = await temporaryDirectory()
  one = await SqliteEventStore.open(directory.file('store.db'))
  two = await SqliteEventStore.open(directory.file('store.db'))
})
afterEach(async () => {
  await one.close()
  await two.close()
  await directory.remove()
})

test('an append through another handle wakes, also after a long silence', async () => {
  const waiting = one.waitForEvents(undefined, { timeoutMs: 60_000 })
  await sleep(300)
  await appendOne(two, commitOn(two, 'one'))
  expect(await waiting).toBe(true)
})

test('what is no event does not wake', async () => {
  await appendOne(two, commitOn(two, 'one'))
  const waiting = one.waitForEvents(await one.headCursor(), { timeoutMs: 250 })
  for (let i = 0; i < 10; i++) {
    await two.leases.acquire('lease', 'owner', 1_000)
    await one.snapshots.delete({ stream: 'nothing' })
    await sleep(10)
  }
  expect(await waiting).toBe(false)
})

test('closing ends the waiting', async () => {
  const waiting = one.waitForEvents(undefined, { timeoutMs: 60_000 })
  await sleep(10)
  await one.close()
  expect(await waiting).toBe(false)
})
