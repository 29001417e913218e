import assert from 'node:assert/strict'
import type { StoredEvent } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent, newEvents, standsAt } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { expectCommitted, expectEvents, expectStream, expectVerified, idsOf, only } from '../fixture/results.ts'
import { asStored, commit, write } from '../fixture/writing.ts'

export const sizesSection: ContractSection = {
  name: 'sizes',
  tests: [
    contractTest('one commit may have 5,000 events in one stream', async ({ store }) => {
      await expectStream(store, 's', await write(store, 's', 5_000))
    }),

    contractTest(
      'one commit may have 5,000 events over 50 streams, whose order in the feed is that of the commit',
      async ({ store }) => {
        const streams = Array.from({ length: 50 }, (_, i) => `s-${i}`)
        const events = Array.from({ length: 5_000 }, (_, i) =>
          newEvent(store, `s-${(i * 7) % 50}`, { data: `{"n":${i}}` }),
        )
        const written = await commit(store, newCommit(store, streams.map(absent), events))
        expectEvents(
          (await readFeedToHead(store)).events,
          written,
          'the feed should hold the events in the order of the commit',
        )
      },
    ),

    contractTest('a batch may have 1,200 commits, each with a result of its own', async ({ store }) => {
      const [taken] = await write(store, 's-600')
      assert.ok(taken !== undefined)
      const commits = Array.from({ length: 1_200 }, (_, i) =>
        newCommit(store, [absent(`s-${i}`)], newEvents(store, `s-${i}`, 1)),
      )
      const results = await store.append(commits)
      assert.equal(results.length, 1_200)
      const written: StoredEvent[] = [taken]
      for (const [i, wanted] of commits.entries()) {
        if (i === 600) assert.equal(results[i]?.status, 'conflict', 'the one stream that exists already')
        else written.push(...asStored(wanted, expectCommitted(results[i]).positions))
      }
      expectEvents(
        (await readFeedToHead(store)).events,
        written,
        'the feed should hold the commits in the order of the batch',
      )
      assert.deepEqual(
        new Set((await store.append(commits.filter((_, i) => i !== 600))).map(({ status }) => status)),
        new Set(['duplicate']),
      )
    }),

    contractTest('a commit may check 1,000 streams', async ({ store }) => {
      const existing = await commit(
        store,
        newCommit(
          store,
          Array.from({ length: 500 }, (_, i) => absent(`s-${i}`)),
          Array.from({ length: 500 }, (_, i) => newEvent(store, `s-${i}`)),
        ),
      )
      const checks = [...existing.map(standsAt), ...Array.from({ length: 500 }, (_, i) => absent(`missing-${i}`))]
      expectVerified(only(await store.append([newCommit(store, checks, [])])))
      const wanted = newCommit(store, [...checks, absent('one-more')], newEvents(store, 'one-more', 1))
      await commit(store, wanted)
      assert.deepEqual(
        only(await store.findCommits([wanted.commandId])).reads.map(({ stream, version }) => ({ stream, version })),
        wanted.checks.map(({ stream, version }) => ({ stream, version })),
      )
    }),

    contractTest('a payload may have a megabyte', async ({ store }) => {
      const data = JSON.stringify({ text: 'é🧾x'.repeat(150_000) })
      assert.ok(Buffer.byteLength(data) > 1_000_000)
      const written = await write(store, 's', [
        newEvent(store, 's', { data }),
        newEvent(store, 's', { data: `"${'x'.repeat(1_000_000)}"` }),
      ])
      await expectStream(store, 's', written)
    }),

    contractTest('2,000 command ids are looked up at once', async ({ store }) => {
      const commits = Array.from({ length: 40 }, (_, i) =>
        newCommit(store, [absent(`s-${i}`)], newEvents(store, `s-${i}`, 1)),
      )
      await store.append(commits)
      const wanted = commits.map(({ commandId }) => commandId)
      const unknown = Array.from({ length: 1_960 }, () => store.newId())
      const found = await store.findCommits([...unknown.slice(0, 1_000), ...wanted, ...unknown.slice(1_000)])
      assert.deepEqual(found.map(({ commandId }) => commandId).sort(), wanted.toSorted())
      assert.deepEqual(
        idsOf(found.flatMap(({ events }) => events)).sort(),
        commits.flatMap(({ events }) => events.map(({ id }) => id)).sort(),
      )
    }),
  ],
}
