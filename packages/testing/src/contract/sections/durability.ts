import assert from 'node:assert/strict'
import { type ContractSection, contractTestFor } from '../contract-section.ts'
import { absent, newCommit, newEvents } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import { expectConflict, expectDuplicate, expectEvents, expectStream, only } from '../fixture/results.ts'
import { commit, write } from '../fixture/writing.ts'

export const durabilitySection: ContractSection = {
  name: 'durability across opening again',
  tests: [
    contractTestFor(
      'reopen',
      'events, versions and positions are there, and the log goes on where it stood',
      async (stage) => {
        const before = [...(await write(stage.store, 'a', 3)), ...(await write(stage.store, 'b', 1))]
        const head = await stage.store.headCursor()
        const store = await stage.reopen()
        expectEvents((await readFeedToHead(store)).events, before, 'the feed')
        await expectStream(store, 'a', before.slice(0, 3))
        assert.equal(await store.headCursor(), head, 'the head of the feed')
        const after = await write(store, 'a', 2)
        assert.deepEqual(
          after.map(({ version }) => version),
          [4, 5],
        )
        expectEvents((await readFeedToHead(store, { after: head })).events, after, 'behind the head of before')
        const [last, next] = [before.at(-1), after[0]]
        assert.ok(last !== undefined && next !== undefined)
        assert.ok(store.comparePositions(last.position, next.position) < 0, 'positions go on rising')
      },
    ),

    contractTestFor('reopen', 'a command id that was committed before is a duplicate', async (stage) => {
      const wanted = newCommit(stage.store, [absent('s')], newEvents(stage.store, 's', 2))
      const written = await commit(stage.store, wanted)
      const store = await stage.reopen()
      expectEvents(
        expectDuplicate(only(await store.append([wanted]))).commit.events,
        written,
        'the events of the first commit',
      )
      assert.equal((await store.findCommits([wanted.commandId])).length, 1)
    }),

    contractTestFor(
      'reopen',
      'checks made on what was read before hold, or conflict, as they would have',
      async (stage) => {
        await write(stage.store, 's', 2)
        const stale = newCommit(stage.store, [absent('s')], newEvents(stage.store, 's', 1))
        const store = await stage.reopen()
        expectConflict(only(await store.append([stale])))
        await write(store, 's', 1)
      },
    ),

    contractTestFor('reopen', 'an empty store is still empty', async (stage) => {
      const store = await stage.reopen()
      assert.deepEqual([...(await readFeedToHead(store)).events], [])
      assert.equal(await store.headCursor(), undefined)
      await write(store, 's', 1)
    }),

    contractTestFor('reopen', 'what conflicted left nothing behind', async (stage) => {
      const written = await write(stage.store, 's', 1)
      for (let i = 0; i < 20; i++) {
        const refused = newCommit(
          stage.store,
          [absent('s'), absent(`ghost-${i}`)],
          newEvents(stage.store, `ghost-${i}`, 1),
        )
        expectConflict(only(await stage.store.append([refused])))
      }
      const store = await stage.reopen()
      expectEvents((await readFeedToHead(store)).events, written, 'the feed')
      assert.deepEqual(
        (await store.listStreams({ limit: 100 })).map(({ stream }) => stream),
        ['s'],
      )
    }),
  ],
}
