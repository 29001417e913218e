import assert from 'node:assert/strict'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent, newEvents, standsAt } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import {
  expectCommitted,
  expectConflict,
  expectEvents,
  expectRejection,
  expectStream,
  expectVerified,
  only,
} from '../fixture/results.ts'
import { asStored, commit, write } from '../fixture/writing.ts'

export const appendSection: ContractSection = {
  name: 'append',
  tests: [
    contractTest('an event appended to an absent stream reads back exactly', async ({ store }) => {
      const event = newEvent(store, 'account-1', { type: 'AccountOpened', data: '{"owner":"Ada"}' })
      const wanted = newCommit(store, [absent('account-1')], [event])
      const { positions } = expectCommitted(only(await store.append([wanted])))
      assert.equal(positions.length, 1, 'one position per event')
      await expectStream(store, 'account-1', [
        { ...event, version: 1, position: positions[0] as (typeof positions)[0] },
      ])
    }),

    contractTest('versions are numbers that count up from 1 without a gap, over several commits', async ({ store }) => {
      await write(store, 'account-1', 2)
      await write(store, 'account-1', 1)
      await write(store, 'account-1', 3)
      const [slice] = await store.read([{ stream: 'account-1', after: 0 }])
      assert.deepEqual(
        slice?.events.map(({ version }) => version),
        [1, 2, 3, 4, 5, 6],
      )
      assert.equal(slice?.version, 6)
    }),

    contractTest('an append to a stream that was read as absent conflicts when it exists', async ({ store }) => {
      const first = await write(store, 'account-1')
      const late = newCommit(store, [absent('account-1')], newEvents(store, 'account-1', 1))
      expectConflict(only(await store.append([late])))
      await expectStream(store, 'account-1', first)
    }),

    contractTest('an append conflicts when the stream has gone on since it was read', async ({ store }) => {
      const [first] = await write(store, 'account-1')
      const [second] = await write(store, 'account-1')
      assert.ok(first !== undefined && second !== undefined)
      const late = newCommit(store, [standsAt(first)], newEvents(store, 'account-1', 1))
      expectConflict(only(await store.append([late])))
      await expectStream(store, 'account-1', [first, second])
    }),

    contractTest(
      'an append conflicts when the stream is not yet where it claims to have read it',
      async ({ store }) => {
        const [first] = await write(store, 'account-1')
        assert.ok(first !== undefined)
        const ahead = newCommit(store, [{ ...standsAt(first), version: 2, base: 1 }], newEvents(store, 'account-1', 1))
        expectConflict(only(await store.append([ahead])))
        await expectStream(store, 'account-1', [first])
      },
    ),

    contractTest('an append conflicts when another event stands at the version that was read', async ({ store }) => {
      const [first] = await write(store, 'account-1')
      assert.ok(first !== undefined)
      const other = newCommit(store, [{ ...standsAt(first), headId: store.newId() }], newEvents(store, 'account-1', 1))
      expectConflict(only(await store.append([other])))
      await expectStream(store, 'account-1', [first])
    }),

    contractTest('a stream that is only read is checked: when it is stale, nothing is written', async ({ store }) => {
      const [limit] = await write(store, 'limits')
      assert.ok(limit !== undefined)
      await write(store, 'limits')
      const late = newCommit(store, [absent('account-1'), standsAt(limit)], newEvents(store, 'account-1', 1))
      expectConflict(only(await store.append([late])))
      await expectStream(store, 'account-1', [])
    }),

    contractTest(
      'a stream that is only read and has not moved lets the commit pass, and does not move',
      async ({ store }) => {
        const limits = await write(store, 'limits', 2)
        const wanted = newCommit(
          store,
          [absent('account-1'), standsAt(limits[1] as (typeof limits)[0])],
          newEvents(store, 'account-1', 1),
        )
        await expectStream(store, 'account-1', await commit(store, wanted))
        await expectStream(store, 'limits', limits)
      },
    ),

    contractTest('a stream read as absent is checked although nothing is written to it', async ({ store }) => {
      await write(store, 'approval-1')
      const late = newCommit(store, [absent('account-1'), absent('approval-1')], newEvents(store, 'account-1', 1))
      expectConflict(only(await store.append([late])))
      await expectStream(store, 'account-1', [])
    }),

    contractTest('checking absent streams does not make them exist', async ({ store }) => {
      const probe = newCommit(store, [absent('ghost-1'), absent('ghost-2')], [])
      expectVerified(only(await store.append([probe])))
      await commit(store, newCommit(store, [absent('account-1'), absent('ghost-3')], newEvents(store, 'account-1', 1)))
      assert.deepEqual(
        (await store.listStreams({ limit: 10 })).map(({ stream }) => stream),
        ['account-1'],
      )
    }),

    contractTest('one commit writes to several streams, and each has only its own events', async ({ store }) => {
      const wanted = newCommit(
        store,
        [absent('account-1'), absent('account-2')],
        [newEvent(store, 'account-1', { type: 'Withdrawn' }), newEvent(store, 'account-2', { type: 'Deposited' })],
      )
      const [withdrawn, deposited] = await commit(store, wanted)
      assert.ok(withdrawn !== undefined && deposited !== undefined)
      await expectStream(store, 'account-1', [withdrawn])
      await expectStream(store, 'account-2', [deposited])
    }),

    contractTest('when one of several written streams is stale, none is written to', async ({ store }) => {
      const first = await write(store, 'account-1')
      const second = await write(store, 'account-2', 2)
      const late = newCommit(
        store,
        [standsAt(first[0] as (typeof first)[0]), standsAt(second[0] as (typeof second)[0])],
        [newEvent(store, 'account-1'), newEvent(store, 'account-2')],
      )
      expectConflict(only(await store.append([late])))
      await expectStream(store, 'account-1', first)
      await expectStream(store, 'account-2', second)
    }),

    contractTest(
      'events of one commit stand in the feed in the order given, whatever their streams',
      async ({ store }) => {
        const streams = ['b', 'a', 'b', 'c', 'a', 'b']
        const wanted = newCommit(
          store,
          ['a', 'b', 'c'].map(absent),
          streams.map((stream) => newEvent(store, stream)),
        )
        const stored = await commit(store, wanted)
        assert.deepEqual(
          stored.map(({ version }) => version),
          [1, 1, 2, 1, 2, 3],
        )
        const feed = await readFeedToHead(store)
        expectEvents(feed.events, stored, 'the feed should hold the events in the order in which the commit names them')
      },
    ),

    contractTest('positions increase in the order of the events', async ({ store }) => {
      const stored = [
        ...(await write(store, 'a', 12)),
        ...(await write(store, 'b', 3)),
        ...(await write(store, 'a', 2)),
      ]
      for (const [i, { position }] of stored.entries()) {
        assert.equal(store.comparePositions(position, position), 0, 'a position is equal to itself')
        const next = stored[i + 1]
        if (next === undefined) continue
        assert.ok(store.comparePositions(position, next.position) < 0, `position ${i} should come before the next one`)
        assert.ok(
          store.comparePositions(next.position, position) > 0,
          `position ${i + 1} should come after the one before`,
        )
      }
    }),

    contractTest('a commit without events verifies its checks and writes nothing', async ({ store }) => {
      const [event] = await write(store, 'account-1')
      assert.ok(event !== undefined)
      const wanted = newCommit(store, [standsAt(event), absent('account-2')], [])
      expectVerified(only(await store.append([wanted])))
      expectEvents((await readFeedToHead(store)).events, [event], 'a verification must not reach the feed')
      assert.deepEqual(await store.findCommits([wanted.commandId]), [], 'a verification is not recorded')
    }),

    contractTest('a commit without events conflicts when a check fails', async ({ store }) => {
      const [event] = await write(store, 'account-1')
      assert.ok(event !== undefined)
      await write(store, 'account-1')
      expectConflict(only(await store.append([newCommit(store, [standsAt(event)], [])])))
      expectConflict(only(await store.append([newCommit(store, [absent('account-1')], [])])))
    }),

    contractTest('a commit without checks and events is verified', async ({ store }) => {
      expectVerified(only(await store.append([newCommit(store, [], [])])))
    }),

    contractTest('an empty batch has no results', async ({ store }) => {
      assert.deepEqual([...(await store.append([]))], [])
    }),

    contractTest('the type of an event comes back as it was written', async ({ store }) => {
      const types = [
        'AccountOpened',
        'accountopened',
        'account.opened/v2',
        'Größe',
        'a b',
        "it's; -- ",
        '0',
        '__proto__',
      ]
      const wanted = newCommit(
        store,
        [absent('s')],
        types.map((type) => newEvent(store, 's', { type })),
      )
      await expectStream(store, 's', await commit(store, wanted))
    }),

    contractTest(
      'a write to a stream that is not checked is refused, and nothing of the batch is written',
      async ({ store }) => {
        const good = newCommit(store, [absent('account-1')], newEvents(store, 'account-1', 1))
        const bad = newCommit(
          store,
          [absent('account-2')],
          [newEvent(store, 'account-2'), newEvent(store, 'account-3')],
        )
        await expectRejection(() => store.append([good, bad]), 'INVALID_COMMIT', 'a write to an undeclared stream')
        await expectRejection(
          () => store.append([newCommit(store, [], newEvents(store, 'account-1', 1))]),
          'INVALID_COMMIT',
          'a write without any check',
        )
        assert.deepEqual((await readFeedToHead(store)).events, [])
      },
    ),

    contractTest(
      'a stream that is checked twice is refused, and nothing of the batch is written',
      async ({ store }) => {
        const good = newCommit(store, [absent('account-1')], newEvents(store, 'account-1', 1))
        const bad = newCommit(store, [absent('account-2'), absent('account-2')], newEvents(store, 'account-2', 1))
        await expectRejection(() => store.append([good, bad]), 'INVALID_COMMIT', 'a stream checked twice')
        assert.deepEqual((await readFeedToHead(store)).events, [])
      },
    ),

    contractTest('a check that contradicts itself is refused', async ({ store }) => {
      const [event] = await write(store, 's', 1)
      assert.ok(event !== undefined)
      const check = standsAt(event)
      const contradictions = [
        { ...check, headId: null },
        { ...check, version: 0 },
        { ...check, version: -1 },
        { ...check, version: 1.5 },
        { ...check, base: 2 },
        { ...check, base: -1 },
      ]
      for (const bad of contradictions) {
        await expectRejection(
          () => store.append([newCommit(store, [bad], newEvents(store, 's', 1))]),
          'INVALID_COMMIT',
          `the check ${JSON.stringify(bad)}`,
        )
      }
      await expectStream(store, 's', [event])
    }),

    contractTest(
      'a time that is no whole number of milliseconds is refused, whatever a column would make of it',
      async ({ store }) => {
        for (const recordedAt of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
          const bad = { ...newCommit(store, [absent('s')], newEvents(store, 's', 1)), recordedAt }
          await expectRejection(() => store.append([bad]), 'INVALID_COMMIT', `the time ${recordedAt}`)
        }
        await expectStream(store, 's', [])
      },
    ),

    contractTest('the store never shows what a caller does to its own arrays afterwards', async ({ store }) => {
      const events = newEvents(store, 's', 2)
      const checks = [absent('s')]
      const wanted = newCommit(store, checks, events)
      const expected = asStored(wanted, expectCommitted(only(await store.append([wanted]))).positions)
      events.length = 0
      checks.length = 0
      await expectStream(store, 's', expected)
      assert.deepEqual(
        only(await store.findCommits([wanted.commandId])).reads.map(({ stream, version }) => ({ stream, version })),
        [{ stream: 's', version: 0 }],
      )
    }),
  ],
}
