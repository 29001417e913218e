import assert from 'node:assert/strict'
import type { EventStore } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { commit } from '../fixture/writing.ts'

export const streamIdsSection: ContractSection = {
  name: 'stream ids',
  tests: [
    contractTest(
      'ids are compared byte by byte: nothing is folded, trimmed, normalised or read as a number',
      async ({ store }) => {
        await expectDifferent(store, [
          'a',
          'A',
          'straße',
          'strasse',
          'STRASSE',
          'é',
          'e\u0301',
          'ﬁ',
          'fi',
          '7',
          '007',
          '7.0',
          '1e3',
          '1000',
          'a b',
          'a  b',
          'a\tb',
          'a\u00a0b',
          'a\u200bb',
          'ab',
          'ı',
          'i',
          'I',
          'İ',
        ])
      },
    ),

    contractTest('signs that mean something to a database are signs like any other', async ({ store }) => {
      await expectDifferent(
        store,
        [
          "o'brien",
          'o"brien',
          "'; drop table events; --",
          'a%',
          'a_',
          'a\\',
          'a\\\\',
          '$1',
          '?',
          ':a',
          '@a',
          '{a,b}',
          '"a"',
          'a;b',
          'a\nb',
          '../a',
          'null',
          'NULL',
        ].filter((id) => !/[*?[\]]/.test(id)),
      )
    }),

    contractTest('ids of all scripts are kept', async ({ store }) => {
      await expectDifferent(store, [
        'счёт-1',
        '口座-1',
        'حساب-1',
        'บัญชี',
        '🧾',
        '🧾🏽',
        '👩‍👩‍👧',
        '\uffee',
        '\u{10ffff}',
        '\ue000',
      ])
    }),

    contractTest(
      'ids of 255 code points of four bytes each are kept, and differ at the last one',
      async ({ store }) => {
        await expectDifferent(store, [
          '🧾'.repeat(255),
          `${'🧾'.repeat(254)}🧿`,
          '🧾'.repeat(254),
          'x'.repeat(255),
          `${'x'.repeat(254)}y`,
        ])
      },
    ),
  ],
}

/** Each of them gets an event of its own, and each way of asking for one finds that one only. */
async function expectDifferent(store: EventStore, ids: readonly string[]): Promise<void> {
  await commit(
    store,
    newCommit(
      store,
      ids.map(absent),
      ids.map((id, i) => newEvent(store, id, { data: `{"n":${i}}` })),
    ),
  )
  const slices = await store.read(ids.map((stream) => ({ stream, after: 0 })))
  assert.deepEqual(
    slices.map(({ stream, version, events }) => [stream, version, events.map(({ data }) => data)]),
    ids.map((id, i) => [id, 1, [`{"n":${i}}`]]),
  )
  for (const id of ids) {
    const inFeed = (await readFeedToHead(store, { filter: { streams: [id] } })).events
    assert.deepEqual(
      inFeed.map(({ stream }) => stream),
      [id],
      'a filter by name finds that stream only',
    )
    assert.deepEqual(
      (await store.readStream(id, { direction: 'forwards', limit: 10 })).map(({ stream }) => stream),
      [id],
    )
  }
  assert.equal((await store.listStreams({ limit: 1_000 })).length, ids.length)
}
