import { copyFileSync } from 'node:fs'
import { type Cursor, compileStreamPattern, type FeedFilter } from 'eventcore'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { storeError } from './store-error.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
import { appendOne, commitOn, fill, headAfter } from './writing.ts'

let directory: TemporaryDirectory
let store: SqliteEventStore
beforeEach(async () => {
  directory = await temporaryDirectory()
  store = await SqliteEventStore.open(directory.file('store.db'))
})
afterEach(async () => {
  await store.close()
  await directory.remove()
})

test('a filter that matches nothing gets through the feed in bounded pages', async () => {
  await fill(store, 12_000, { streams: 100 })
  let after: Cursor | undefined
  const positions: (string | undefined)[] = []
  for (let atHead = false; !atHead; ) {
    const page = await store.readFeed({ after, limit: 10, filter: { types: ['Nothing'] } })
    expect(page.events).toEqual([])
    after = page.cursor
    atHead = page.atHead
    positions.push(after?.split(':')[0])
  }
  expect(positions).toEqual(['10000', '12000'])
})

test('a page that is full ends at its last event, and the next one goes on there', async () => {
  await fill(store, 300, { streams: 3 })
  const filter: FeedFilter = { streams: ['filled-1'] }
  const first = await store.readFeed({ limit: 60, filter })
  const second = await store.readFeed({ after: first.cursor, limit: 60, filter })
  expect([first.events.length, first.atHead]).toEqual([60, false])
  expect([second.events.length, second.atHead]).toEqual([40, true])
  const versions = [...first.events, ...second.events].map(({ version }) => version)
  expect(versions).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
})

test('each event comes with the record of its own commit, in the middle of one too', async () => {
  const first = commitOn(store, 'one', { events: 3 })
  const second = commitOn(store, 'two', { events: 3, type: 'Other' })
  const third = commitOn(store, 'one', { events: 2, head: headAfter(first), commandId: 'no UUID' })
  for (const commit of [first, second, third]) await appendOne(store, commit)
  const whole = await store.readFeed({ limit: 100 })
  expect(whole.events.map(({ commit }) => commit.commandId)).toEqual([
    ...first.events.map(() => first.commandId),
    ...second.events.map(() => second.commandId),
    ...third.events.map(() => third.commandId),
  ])
  for (const [i, event] of whole.events.entries()) {
    const after = whole.events[i - 1]
    const page = await store.readFeed({ after: after && (`${after.position}:${after.id}` as Cursor), limit: 1 })
    expect(page.events).toEqual([event])
  }
  expect(whole.events.at(-1)?.commit.reads).toEqual([{ stream: 'one', version: 3 }])
})

test('any number is a limit', async () => {
  await fill(store, 30, { streams: 3 })
  const limit = Number.POSITIVE_INFINITY
  expect((await store.readFeed({ limit })).events).toHaveLength(30)
  expect((await store.read([{ stream: 'filled-1', after: 0 }], { limit }))[0]?.events).toHaveLength(10)
  expect(await store.readStream('filled-1', { direction: 'backwards', limit })).toHaveLength(10)
  expect(await store.listStreams({ limit })).toHaveLength(3)
  expect(await store.listStreams({ limit: -1 })).toHaveLength(0)
})

const ids = [
  'account-1',
  'Account-1',
  'account_1',
  'account%1',
  'a',
  'aé',
  'a\u{10FFFF}',
  'a\u{10FFFF}b',
  'a\u{E000}',
  'b',
  '😀1',
  'ﬀ',
]

test.each(['a', 'account', 'account_', 'account%', 'A', 'aé', 'a\u{10FFFF}', '\u{10FFFF}', 'a\uD7FF', '😀', ''])(
  'the prefix %j is taken literally, byte by byte',
  async (prefix) => {
    for (const id of ids) await appendOne(store, commitOn(store, id))
    const expected = ids.filter((id) => id.startsWith(prefix))
    const page = await store.readFeed({ limit: 100, filter: { prefix } })
    expect(page.events.map(({ stream }) => stream)).toEqual(expected)
    const listed = await store.listStreams({ prefix, limit: 100 })
    expect(listed.map(({ stream }) => stream).sort()).toEqual([...expected].sort())
  },
)

test.each(['*', 'a*', '?ccount-?', '[aA]ccount*', '[!a]*', 'a?', '*1', '😀?'])(
  'the pattern %j matches what the library says it does',
  async (pattern) => {
    for (const id of ids) await appendOne(store, commitOn(store, id))
    const page = await store.readFeed({ limit: 100, filter: { pattern } })
    expect(page.events.map(({ stream }) => stream)).toEqual(ids.filter((id) => compileStreamPattern(pattern).test(id)))
  },
)

test('a cursor is refused when the file was exchanged for another one, older or different', async () => {
  await fill(store, 10)
  const early = directory.file('early.db')
  await store.close()
  copyFileSync(directory.file('store.db'), early)
  store = await SqliteEventStore.open(directory.file('store.db'))
  await fill(store, 10, { prefix: 'more-' })
  const cursor = await store.headCursor()

  const restored = await SqliteEventStore.open(early)
  const beyond = await storeError(restored.readFeed({ after: cursor, limit: 1 }))
  expect(beyond).toMatchObject({ code: 'INVALID_CURSOR' })
  expect(beyond.message).toContain('position 10')
  // As many events again, but other ones.
  await fill(restored, 10, { prefix: 'other-' })
  const other = await storeError(restored.readFeed({ after: cursor, limit: 1 }))
  expect(other).toMatchObject({ code: 'INVALID_CURSOR' })
  expect(other.message).toContain('another event')
  await restored.close()
})
