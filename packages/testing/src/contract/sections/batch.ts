import assert from 'node:assert/strict'
import type { StoredEvent } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent, newEvents, standsAt } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import {
  expectCommitted,
  expectConflict,
  expectConflicts,
  expectEvents,
  expectStream,
  expectVerified,
} from '../fixture/results.ts'
import { asStored, write } from '../fixture/writing.ts'

export const batchSection: ContractSection = {
  name: 'batch',
  tests: [
    contractTest(
      'each commit of a batch has its own result, in order, and one that conflicts fails no other',
      async ({ store }) => {
        const [old] = await write(store, 'old')
        assert.ok(old !== undefined)
        const good = newCommit(store, [absent('a')], newEvents(store, 'a', 2))
        const bad = newCommit(store, [absent('old'), absent('b')], newEvents(store, 'b', 1))
        const check = newCommit(store, [standsAt(old)], [])
        const alsoGood = newCommit(store, [absent('c')], newEvents(store, 'c', 1))
        const results = await store.append([good, bad, check, alsoGood])
        assert.equal(results.length, 4, 'one result per commit')
        const a = asStored(good, expectCommitted(results[0]).positions)
        expectConflict(results[1])
        expectVerified(results[2])
        const c = asStored(alsoGood, expectCommitted(results[3]).positions)
        await expectStream(store, 'b', [])
        expectEvents(
          (await readFeedToHead(store)).events,
          [old, ...a, ...c],
          'the feed should hold the successful commits in order',
        )
      },
    ),

    contractTest('a check may name the event that an earlier commit of the batch writes', async ({ store }) => {
      const first = newCommit(store, [absent('s')], newEvents(store, 's', 2))
      const head = { stream: 's', version: 2, headId: first.events[1]?.id ?? null, base: 0 }
      const second = newCommit(store, [head, absent('t')], [newEvent(store, 't'), newEvent(store, 's')])
      const third = newCommit(store, [{ stream: 't', version: 1, headId: second.events[0]?.id ?? null, base: 0 }], [])
      const results = await store.append([first, second, third])
      const written = [first, second].flatMap((commit, i) => asStored(commit, expectCommitted(results[i]).positions))
      expectVerified(results[2])
      assert.deepEqual(
        written.map(({ stream, version }) => `${stream}@${version}`),
        ['s@1', 's@2', 't@1', 's@3'],
      )
      expectEvents((await readFeedToHead(store)).events, written, 'both commits, in the order of the batch')
    }),

    contractTest('a chain of 50 commits on one stream commits in one batch', async ({ store }) => {
      const commits = []
      let check = absent('s')
      for (let i = 0; i < 50; i++) {
        const event = newEvent(store, 's')
        commits.push(newCommit(store, [check], [event]))
        check = { stream: 's', version: i + 1, headId: event.id, base: 0 }
      }
      const results = await store.append(commits)
      const written = commits.flatMap((commit, i) => asStored(commit, expectCommitted(results[i]).positions))
      await expectStream(store, 's', written)
    }),

    contractTest(
      'two commits of a batch that both read a stream as it was before: the first wins',
      async ({ store }) => {
        const first = newCommit(store, [absent('s')], newEvents(store, 's', 1))
        const second = newCommit(store, [absent('s'), absent('t')], newEvents(store, 't', 1))
        const results = await store.append([first, second])
        const written = asStored(first, expectCommitted(results[0]).positions)
        expectConflicts(expectConflict(results[1]), [
          {
            stream: 's',
            expectedVersion: 0,
            expectedHeadId: null,
            actualVersion: 1,
            actualHeadId: written[0]?.id ?? null,
            missed: written,
            missedComplete: true,
          },
        ])
        await expectStream(store, 't', [])
      },
    ),

    contractTest(
      'a commit built on a batch-mate that conflicts conflicts too, and so does what is built on it',
      async ({ store }) => {
        const stale = await write(store, 's', 1)
        const first = newCommit(store, [absent('s')], newEvents(store, 's', 1))
        const second = newCommit(store, [headOf(first.events[0], 1)], newEvents(store, 's', 1))
        const third = newCommit(store, [headOf(second.events[0], 2), absent('t')], newEvents(store, 't', 1))
        const results = await store.append([first, second, third])
        for (const result of results) expectConflict(result)
        await expectStream(store, 's', stale)
        await expectStream(store, 't', [])
      },
    ),

    contractTest(
      'a commit built on a conflicting batch-mate fails even when another event stands at the same version',
      async ({ store }) => {
        // The first commit was decided on an absent stream, the second on the event of the first. Meanwhile somebody else
        // brought the stream to version 1, which is the version that the second expects, with another event.
        const [foreign] = await write(store, 's')
        assert.ok(foreign !== undefined)
        const first = newCommit(store, [absent('s')], newEvents(store, 's', 1))
        const second = newCommit(store, [headOf(first.events[0], 1)], newEvents(store, 's', 1))
        const results = await store.append([first, second])
        expectConflict(results[0])
        expectConflicts(expectConflict(results[1]), [
          {
            stream: 's',
            expectedVersion: 1,
            expectedHeadId: first.events[0]?.id ?? null,
            actualVersion: 1,
            actualHeadId: foreign.id,
            missed: [foreign],
            missedComplete: true,
          },
        ])
        await expectStream(store, 's', [foreign])
      },
    ),

    contractTest(
      'a commit that is stale in the store can be overtaken by a batch-mate without harm',
      async ({ store }) => {
        const [event] = await write(store, 's')
        assert.ok(event !== undefined)
        const stale = newCommit(store, [absent('s')], newEvents(store, 's', 1))
        const fresh = newCommit(store, [standsAt(event)], newEvents(store, 's', 1))
        const results = await store.append([stale, fresh])
        expectConflict(results[0])
        await expectStream(store, 's', [event, ...asStored(fresh, expectCommitted(results[1]).positions)])
      },
    ),

    contractTest('commits over several streams in opposite orders stand in one batch', async ({ store }) => {
      const first = newCommit(store, [absent('a'), absent('b')], [newEvent(store, 'a'), newEvent(store, 'b')])
      const [a, b] = first.events
      const second = newCommit(store, [headOf(b, 1), headOf(a, 1)], [newEvent(store, 'b'), newEvent(store, 'a')])
      const results = await store.append([first, second])
      const written = [first, second].flatMap((commit, i) => asStored(commit, expectCommitted(results[i]).positions))
      expectEvents((await readFeedToHead(store)).events, written, 'the feed should hold both commits in order')
    }),
  ],
}

const headOf = (event: { readonly stream: string; readonly id: string } | undefined, version: number) =>
  standsAtPending({ stream: event?.stream ?? '', id: event?.id ?? '', version })

/** A check on an event that is not durable yet: its durable base is the empty stream. */
const standsAtPending = (event: Pick<StoredEvent, 'stream' | 'id' | 'version'>) => ({ ...standsAt(event), base: 0 })
