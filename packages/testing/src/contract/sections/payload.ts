import assert from 'node:assert/strict'
import { type ContractSection, contractTest, contractTestFor } from '../contract-section.ts'
import { absent, newCommit, newEvent } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { expectEvents, expectStream, only } from '../fixture/results.ts'
import { commit } from '../fixture/writing.ts'

/** JSON texts that a store changes when it does anything but keep them. */
const TEXTS: readonly string[] = [
  '{}',
  'null',
  'true',
  '0',
  '-0',
  '-0.0',
  '1e2',
  '1E400',
  '1.10',
  '9007199254740993',
  '123456789012345678901234567890.123456789',
  '""',
  '"007"',
  '[]',
  ' [ 1 , 2 ] ',
  '{"b":1,"a":2}',
  '{"a":1,"a":2}',
  '{ "a" :  1,\n\t"b":[ ] }',
  '{"10":"a","9":"b"}',
  '"\u2028 and \u2029"',
  '"\u{1f9fe} and \u{10ffff}"',
  '"e\u0301 is not é"',
  '"\\u0000"',
  '"\\ud83e\\uddfe"',
  '"\\ud800"',
  '"\\/ and /"',
  '"\\u00e9"',
  '"\u007f\ufeff\u00a0"',
  '"\'; drop table events; --"',
  '"$1 ? :name @name %s \\\\ \\" "',
  '{"__proto__":{"polluted":true},"constructor":1,"toString":2,"then":3}',
  `${'['.repeat(200)}${']'.repeat(200)}`,
]

export const payloadSection: ContractSection = {
  name: 'payload',
  tests: [
    contractTest('payloads are kept byte for byte', async ({ store }) => {
      const events = TEXTS.map((data) => newEvent(store, 's', { data }))
      const written = await commit(store, newCommit(store, [absent('s')], events))
      const [slice] = await store.read([{ stream: 's', after: 0 }])
      for (const [i, text] of TEXTS.entries()) assert.equal(slice?.events[i]?.data, text, 'a payload came back changed')
      await expectStream(store, 's', written)
      expectEvents((await readFeedToHead(store)).events, written, 'the payloads in the feed')
      expectEvents(
        await store.readStream('s', { direction: 'backwards', limit: 1_000 }),
        written.toReversed(),
        'the payloads of a page',
      )
    }),

    contractTest('metadata is kept byte for byte', async ({ store }) => {
      const commits = TEXTS.map((metadata, i) =>
        newCommit(store, [absent(`s-${i}`)], [newEvent(store, `s-${i}`)], { metadata }),
      )
      await store.append(commits)
      const { events } = await readFeedToHead(store)
      assert.deepEqual(
        events.map((event) => event.commit.metadata),
        TEXTS,
      )
      for (const wanted of commits)
        assert.equal(only(await store.findCommits([wanted.commandId])).metadata, wanted.metadata)
    }),

    contractTest('payloads come back unchanged in conflicts and duplicates', async ({ store }) => {
      const wanted = newCommit(
        store,
        [absent('s')],
        TEXTS.map((data) => newEvent(store, 's', { data })),
      )
      await commit(store, wanted)
      const results = await store.append([wanted, newCommit(store, [absent('s')], [])])
      const [duplicate, conflict] = results
      assert.deepEqual(duplicate?.status === 'duplicate' && duplicate.commit.events.map(({ data }) => data), TEXTS)
      assert.deepEqual(conflict?.status === 'conflict' && conflict.conflicts[0]?.missed.map(({ data }) => data), TEXTS)
    }),

    contractTest('no payload and no name reaches the prototype of all objects', async ({ store }) => {
      const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then']
      const commits = names.map((name) =>
        newCommit(
          store,
          [absent(name)],
          [newEvent(store, name, { type: name, data: '{"__proto__":{"polluted":true}}' })],
          {
            commandId: name,
            commandName: name,
            correlationId: name,
            causationId: name,
            metadata: '{"__proto__":{"polluted":true}}',
          },
        ),
      )
      const before = Object.getOwnPropertyNames(Object.prototype)
      assert.deepEqual(
        (await store.append(commits)).map(({ status }) => status),
        names.map(() => 'committed'),
      )
      assert.deepEqual(
        (await store.append(commits)).map(({ status }) => status),
        names.map(() => 'duplicate'),
      )
      const slices = await store.read(names.map((stream) => ({ stream, after: 0 })))
      assert.deepEqual(
        slices.map(({ stream, version, events }) => [stream, version, events[0]?.type]),
        names.map((name) => [name, 1, name]),
      )
      for (const filter of names.map((name) => ({ streams: [name], types: [name] }))) {
        assert.equal((await readFeedToHead(store, { filter })).events.length, 1)
      }
      assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before)
      assert.equal('polluted' in {}, false)
    }),

    contractTest('names that were never written do not exist, also those that all objects have', async ({ store }) => {
      await commit(store, newCommit(store, [absent('s')], [newEvent(store, 's')]))
      for (const name of ['__proto__', 'constructor', 'toString']) {
        await expectStream(store, name, [])
        assert.deepEqual([...(await store.findCommits([name]))], [])
        assert.equal(await store.checkpoints.load(name), undefined)
        assert.deepEqual([...(await store.snapshots.load([{ stream: name, fold: name }]))], [])
      }
    }),

    contractTest('text of every kind is kept in the record of a commit', async ({ store }) => {
      const odd = 'Zoë 🧾 \'quoted\' "twice" \\ $1 % _ \u2028 e\u0301'
      const wanted = newCommit(store, [absent('s')], [newEvent(store, 's', { type: odd })], {
        commandId: odd,
        commandName: odd,
        inputHash: odd,
        correlationId: odd,
        causationId: odd,
        recordedAt: 4_102_444_800_123,
      })
      await commit(store, wanted)
      const { commandId, commandName, inputHash, correlationId, causationId, recordedAt } = only(
        await store.findCommits([odd]),
      )
      assert.deepEqual([commandId, commandName, inputHash, correlationId, causationId], [odd, odd, odd, odd, odd])
      assert.equal(recordedAt, 4_102_444_800_123, 'milliseconds are kept as they are')
    }),

    contractTestFor('reopen', 'payloads are kept byte for byte when the store is opened again', async (stage) => {
      const written = await commit(
        stage.store,
        newCommit(
          stage.store,
          [absent('s')],
          TEXTS.map((data) => newEvent(stage.store, 's', { data })),
        ),
      )
      await expectStream(await stage.reopen(), 's', written)
    }),
  ],
}
