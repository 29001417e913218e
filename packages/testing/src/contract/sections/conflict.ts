import assert from 'node:assert/strict'
import { MISSED_EVENTS_LIMIT, type StoredEvent } from 'eventcore'
import { type ContractSection, contractTest } from '../contract-section.ts'
import { absent, newCommit, newEvent, newEvents, standsAt } from '../fixture/commits.ts'
import { expectConflict, expectConflicts, expectEvents, expectStream, only } from '../fixture/results.ts'
import { write } from '../fixture/writing.ts'

export const conflictSection: ContractSection = {
  name: 'conflict',
  tests: [
    contractTest(
      'a conflict reports every failing check, with what was expected, what is there and what was missed',
      async ({ store }) => {
        const a = await write(store, 'a', 3)
        const b = await write(store, 'b', 1)
        const c = await write(store, 'c', 2)
        const checks = [
          standsAt(eventAt(a, 1)),
          standsAt(eventAt(b, 1)),
          absent('c'),
          { stream: 'd', version: 4, headId: store.newId(), base: 0 },
          absent('e'),
        ]
        const conflict = expectConflict(
          only(await store.append([newCommit(store, checks, [newEvent(store, 'b'), newEvent(store, 'e')])])),
        )
        expectConflicts(conflict, [
          {
            stream: 'a',
            expectedVersion: 1,
            expectedHeadId: eventAt(a, 1).id,
            actualVersion: 3,
            actualHeadId: eventAt(a, 3).id,
            missed: a.slice(1),
            missedComplete: true,
          },
          {
            stream: 'c',
            expectedVersion: 0,
            expectedHeadId: null,
            actualVersion: 2,
            actualHeadId: eventAt(c, 2).id,
            missed: c,
            missedComplete: true,
          },
          {
            stream: 'd',
            expectedVersion: 4,
            expectedHeadId: checks[3]?.headId ?? null,
            actualVersion: 0,
            actualHeadId: null,
            missed: [],
            missedComplete: true,
          },
        ])
        await expectStream(store, 'b', b)
        await expectStream(store, 'e', [])
      },
    ),

    contractTest('missed events are those after the base, not after the version', async ({ store }) => {
      const events = await write(store, 's', 5)
      const check = { stream: 's', version: 4, headId: store.newId(), base: 2 }
      const conflict = expectConflict(only(await store.append([newCommit(store, [check], newEvents(store, 's', 1))])))
      expectConflicts(conflict, [
        {
          stream: 's',
          expectedVersion: 4,
          expectedHeadId: check.headId,
          actualVersion: 5,
          actualHeadId: eventAt(events, 5).id,
          missed: events.slice(2),
          missedComplete: true,
        },
      ])
    }),

    contractTest(
      'at the same version with another event, the missed events are those after the base',
      async ({ store }) => {
        const events = await write(store, 's', 3)
        const check = { stream: 's', version: 3, headId: store.newId(), base: 1 }
        const conflict = expectConflict(only(await store.append([newCommit(store, [check], [])])))
        expectConflicts(conflict, [
          {
            stream: 's',
            expectedVersion: 3,
            expectedHeadId: check.headId,
            actualVersion: 3,
            actualHeadId: eventAt(events, 3).id,
            missed: events.slice(1),
            missedComplete: true,
          },
        ])
      },
    ),

    contractTest(
      'missed events are capped over the whole call, without gaps, and a conflict says when some are left out',
      async ({ store }) => {
        const sizes = { a: MISSED_EVENTS_LIMIT - 300, b: 500, c: MISSED_EVENTS_LIMIT + 200, d: 1 }
        const written = new Map<string, readonly StoredEvent[]>()
        for (const [stream, size] of Object.entries(sizes)) written.set(stream, await write(store, stream, size))
        const results = await store.append([
          newCommit(store, [absent('a'), absent('b')], newEvents(store, 'a', 1)),
          newCommit(store, [absent('c'), absent('d')], newEvents(store, 'd', 1)),
        ])
        const conflicts = results.flatMap((result) => expectConflict(result).conflicts)
        assert.deepEqual(conflicts.map(({ stream }) => stream).sort(), ['a', 'b', 'c', 'd'])
        const reported = conflicts.reduce((sum, { missed }) => sum + missed.length, 0)
        assert.ok(
          reported <= MISSED_EVENTS_LIMIT,
          `one call reports at most ${MISSED_EVENTS_LIMIT} missed events, not ${reported}`,
        )
        for (const { stream, actualVersion, missed, missedComplete } of conflicts) {
          const all = written.get(stream) ?? []
          assert.equal(actualVersion, all.length, `the actual version of "${stream}"`)
          expectEvents(
            missed,
            all.slice(0, missed.length),
            `the missed events of "${stream}" should be its first ones, without gaps`,
          )
          assert.equal(
            missedComplete,
            missed.length === all.length,
            `"${stream}" lacks ${all.length - missed.length} missed events`,
          )
        }
      },
    ),

    contractTest('as many missed events as the limit allows are reported completely', async ({ store }) => {
      const events = await write(store, 's', MISSED_EVENTS_LIMIT)
      const conflict = only(expectConflict(only(await store.append([newCommit(store, [absent('s')], [])]))).conflicts)
      assert.equal(conflict.missedComplete, true)
      expectEvents(conflict.missed, events, 'all missed events')
    }),

    contractTest('a conflict leaves no trace: its command id can still be committed', async ({ store }) => {
      const [event] = await write(store, 's')
      assert.ok(event !== undefined)
      const refused = newCommit(store, [absent('s')], newEvents(store, 's', 1))
      expectConflict(only(await store.append([refused])))
      assert.deepEqual([...(await store.findCommits([refused.commandId]))], [])
      const again = newCommit(store, [standsAt(event)], newEvents(store, 's', 1), { commandId: refused.commandId })
      assert.equal(only(await store.append([again])).status, 'committed')
    }),

    contractTest(
      'a stream that was read as absent and then created by another conflicts with its events',
      async ({ store }) => {
        const created = await write(store, 's', 2)
        const late = newCommit(store, [absent('s')], newEvents(store, 's', 1))
        expectConflicts(expectConflict(only(await store.append([late]))), [
          {
            stream: 's',
            expectedVersion: 0,
            expectedHeadId: null,
            actualVersion: 2,
            actualHeadId: eventAt(created, 2).id,
            missed: created,
            missedComplete: true,
          },
        ])
      },
    ),
  ],
}

function eventAt(events: readonly StoredEvent[], version: number): StoredEvent {
  const event = events[version - 1]
  assert.ok(event !== undefined)
  return event
}
