import assert from 'node:assert/strict'
import type { Commit, Position, RecordedCommit, StoredEvent } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent, newEvents, standsAt } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import {
  expectCommitted,
  expectConflict,
  expectDuplicate,
  expectEvents,
  expectRejection,
  expectStream,
  only,
  plainEvent,
} from '../fixture/results.ts'
import { together } from '../fixture/together.ts'
import { asStored, commit, write } from '../fixture/writing.ts'

export const idempotencySection: ContractSection = {
  name: 'idempotency',
  tests: [
    contractTest('the same commit again is a duplicate, with what the first one wrote', async ({ store }) => {
      const wanted = newCommit(
        store,
        [absent('a'), absent('b'), absent('c')],
        [newEvent(store, 'a'), newEvent(store, 'b'), newEvent(store, 'a')],
        {
          causationId: 'the-cause',
          metadata: '{"actor":"Ada"}',
        },
      )
      const written = await commit(store, wanted)
      const duplicate = expectDuplicate(only(await store.append([wanted])))
      expectRecorded(duplicate.commit, wanted, written)
      expectEvents((await readFeedToHead(store)).events, written, 'the duplicate should have written nothing')
    }),

    contractTest('a duplicate answers with the first commit, whatever the second one asks', async ({ store }) => {
      const first = newCommit(store, [absent('a')], newEvents(store, 'a', 1), {
        commandName: 'First',
        inputHash: 'one',
      })
      const written = await commit(store, first)
      const second = newCommit(store, [absent('b')], newEvents(store, 'b', 2), {
        commandId: first.commandId,
        commandName: 'Second',
        inputHash: 'two',
      })
      expectRecorded(expectDuplicate(only(await store.append([second]))).commit, first, written)
      await expectStream(store, 'b', [])
    }),

    contractTest('a duplicate outranks a conflict', async ({ store }) => {
      const first = newCommit(store, [absent('a')], newEvents(store, 'a', 1))
      const written = await commit(store, first)
      await write(store, 'a', 3)
      expectRecorded(expectDuplicate(only(await store.append([first]))).commit, first, written)
    }),

    contractTest(
      'a verification under a recorded command id is a duplicate, whether its checks hold or not',
      async ({ store }) => {
        const first = newCommit(store, [absent('a')], newEvents(store, 'a', 1))
        const written = await commit(store, first)
        const holds = newCommit(store, [standsAt(written[0] as StoredEvent)], [], { commandId: first.commandId })
        const fails = newCommit(store, [absent('a')], [], { commandId: first.commandId })
        for (const check of [holds, fails])
          expectRecorded(expectDuplicate(only(await store.append([check]))).commit, first, written)
      },
    ),

    contractTest('a command id that was only verified can be committed', async ({ store }) => {
      const verification = newCommit(store, [absent('a')], [])
      assert.equal(only(await store.append([verification])).status, 'verified')
      assert.equal(only(await store.append([verification])).status, 'verified')
      await commit(
        store,
        newCommit(store, [absent('a')], newEvents(store, 'a', 1), { commandId: verification.commandId }),
      )
    }),

    contractTest('duplicates and new commits stand in one batch', async ({ store }) => {
      const first = newCommit(store, [absent('a')], newEvents(store, 'a', 1))
      const written = await commit(store, first)
      const second = newCommit(store, [standsAt(written[0] as StoredEvent)], newEvents(store, 'a', 1))
      const results = await store.append([first, second])
      expectRecorded(expectDuplicate(results[0]).commit, first, written)
      await expectStream(store, 'a', [...written, ...asStored(second, expectCommitted(results[1]).positions)])
    }),

    contractTest(
      'a command id named twice in one batch is refused, and nothing of the batch is written',
      async ({ store }) => {
        const first = newCommit(store, [absent('a')], newEvents(store, 'a', 1))
        const second = newCommit(store, [absent('b')], newEvents(store, 'b', 1), { commandId: first.commandId })
        await expectRejection(
          () => store.append([first, second]),
          'INVALID_COMMIT',
          'a batch with one command id twice',
        )
        assert.deepEqual([...(await readFeedToHead(store)).events], [])
        assert.deepEqual([...(await store.findCommits([first.commandId]))], [])
      },
    ),

    contractTest('the same command sent ten times at once commits once', async (stage) => {
      const handles = await stage.handles(10)
      const { store } = stage
      const wanted = newCommit(store, [absent('a'), absent('b')], [newEvent(store, 'a'), newEvent(store, 'b')])
      const results = (await together(handles.map((handle) => handle.append([wanted])))).map(only)
      const committed = results.filter(({ status }) => status === 'committed')
      const written = asStored(wanted, expectCommitted(only(committed)).positions)
      for (const result of results) {
        if (result.status !== 'committed') expectRecorded(expectDuplicate(result).commit, wanted, written)
      }
      expectEvents((await readFeedToHead(store)).events, written, 'the events of the one commit')
    }),

    contractTest(
      'commits are found by their command ids, in any number, those that are not recorded left out',
      async ({ store }) => {
        const first = newCommit(store, [absent('a'), absent('z')], newEvents(store, 'a', 3))
        const firstWritten = await commit(store, first)
        const second = newCommit(store, [absent('b')], newEvents(store, 'b', 1))
        const secondWritten = await commit(store, second)
        const conflict = newCommit(store, [absent('b')], newEvents(store, 'b', 1))
        expectConflict(only(await store.append([conflict])))
        const found = await store.findCommits([
          conflict.commandId,
          second.commandId,
          store.newId(),
          first.commandId,
          first.commandId,
        ])
        const byId = new Map(found.map((record) => [record.commandId, record]))
        assert.equal(found.length, 2, 'each recorded commit once')
        expectRecorded(byId.get(first.commandId), first, firstWritten)
        expectRecorded(byId.get(second.commandId), second, secondWritten)
        assert.deepEqual([...(await store.findCommits([]))], [])
      },
    ),
  ],
}

function expectRecorded(
  actual: RecordedCommit | undefined,
  { checks, events: _, ...record }: Commit,
  events: readonly StoredEvent[],
): void {
  assert.ok(actual !== undefined, `the commit ${record.commandId} should be recorded`)
  const { commandId, commandName, inputHash, reads, recordedAt, correlationId, causationId, metadata } = actual
  assert.deepEqual(
    {
      commandId,
      commandName,
      inputHash,
      reads: reads.map(({ stream, version }) => ({ stream, version })),
      recordedAt,
      correlationId,
      causationId,
      metadata,
      events: actual.events.map(plainEvent),
      positions: actual.events.map(({ position }): Position => position),
    },
    {
      ...record,
      reads: checks.map(({ stream, version }) => ({ stream, version })),
      events: events.map(plainEvent),
      positions: events.map(({ position }) => position),
    },
    'the record of the first commit',
  )
}
