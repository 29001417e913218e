import assert from 'node:assert/strict'
import type { EventStore } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent } from '../fixture/commits.ts'
import { commit, write } from '../fixture/writing.ts'

export const streamListSection: ContractSection = {
  name: 'stream list',
  tests: [
    contractTest('streams are listed with their versions', async ({ store }) => {
      assert.deepEqual([...(await store.listStreams({ limit: 10 }))], [])
      await write(store, 'b', 3)
      await write(store, 'a', 1)
      await write(store, 'b', 1)
      const streams = (await store.listStreams({ limit: 10 })).map(({ stream, version }) => ({ stream, version }))
      assert.deepEqual(streams, [
        { stream: 'a', version: 1 },
        { stream: 'b', version: 4 },
      ])
    }),

    contractTest('streams are listed in byte order of their ids, whatever the language', async ({ store }) => {
      const ordered = ['A', 'Z', 'a', 'a b', 'a-', 'a_', 'ab', 'z', 'Ä', 'é', 'ö', '\uffee', '🧾']
      await fill(store, [...ordered].reverse())
      assert.deepEqual(await listed(store, {}), ordered)
    }),

    contractTest('a list is read in pages, after the last id of the one before', async ({ store }) => {
      const ids = Array.from({ length: 7 }, (_, i) => `s-${i}`)
      await fill(store, ids)
      assert.deepEqual(await listed(store, { limit: 3 }), ids.slice(0, 3))
      assert.deepEqual(await listed(store, { limit: 3, after: 's-2' }), ids.slice(3, 6))
      assert.deepEqual(await listed(store, { limit: 3, after: 's-5' }), ids.slice(6))
      assert.deepEqual(await listed(store, { limit: 3, after: 's-6' }), [])
      assert.deepEqual(
        await listed(store, { limit: 3, after: 's-1-and-a-half' }),
        ids.slice(2, 5),
        'after need not exist',
      )
      assert.deepEqual(await listed(store, { limit: 0 }), [])
    }),

    contractTest('a prefix of a list is literal, and case counts', async ({ store }) => {
      await fill(store, ['a_1', 'a%1', 'ax1', 'A_1', 'b', '🧾-1', '\u{10ffff}-1'])
      assert.deepEqual(await listed(store, { prefix: 'a_' }), ['a_1'])
      assert.deepEqual(await listed(store, { prefix: 'a%' }), ['a%1'])
      assert.deepEqual(await listed(store, { prefix: 'A' }), ['A_1'])
      assert.deepEqual(await listed(store, { prefix: '%' }), [])
      assert.deepEqual(await listed(store, { prefix: '🧾' }), ['🧾-1'])
      assert.deepEqual(await listed(store, { prefix: '\u{10ffff}' }), ['\u{10ffff}-1'])
      assert.deepEqual(await listed(store, { prefix: 'a', after: 'a%1', limit: 1 }), ['a_1'])
      assert.deepEqual(await listed(store, { prefix: 'b', after: 'a' }), ['b'])
    }),

    contractTest('a stream that is new since the last page is listed where it belongs', async ({ store }) => {
      await fill(store, ['a', 'c'])
      assert.deepEqual(await listed(store, { limit: 1 }), ['a'])
      await fill(store, ['b'])
      assert.deepEqual(await listed(store, { after: 'a' }), ['b', 'c'])
    }),
  ],
}

async function fill(store: EventStore, streams: readonly string[]): Promise<void> {
  await commit(
    store,
    newCommit(
      store,
      streams.map(absent),
      streams.map((stream) => newEvent(store, stream)),
    ),
  )
}

const listed = async (
  store: EventStore,
  query: { prefix?: string; after?: string; limit?: number },
): Promise<string[]> => (await store.listStreams({ limit: 100, ...query })).map(({ stream }) => stream)
