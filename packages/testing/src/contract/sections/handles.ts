import assert from 'node:assert/strict'
import { type ContractSection, contractTestFor } from '../contract-section.ts'
import { absent, newCommit, newEvents, standsAt } from '../fixture/commits.ts'
import { readFeedToHead } from '../fixture/feed-reading.ts'
import {
  expectConflict,
  expectEvents,
  expectRejection,
  expectStream,
  expectVerified,
  only,
} from '../fixture/results.ts'
import { write } from '../fixture/writing.ts'

export const handlesSection: ContractSection = {
  name: 'several handles on the same data',
  tests: [
    contractTestFor(
      'severalHandles',
      'what one has committed, the other sees at once: in reads, checks and the feed',
      async (stage) => {
        const one = stage.store
        const two = await stage.openAnother()
        const written = [...(await write(one, 's', 2)), ...(await write(two, 's', 1)), ...(await write(one, 't', 1))]
        for (const store of [one, two]) {
          await expectStream(store, 's', written.slice(0, 3))
          expectEvents((await readFeedToHead(store)).events, written, 'the feed of each handle')
          expectVerified(only(await store.append([newCommit(store, written.slice(2).map(standsAt), [])])))
          expectConflict(only(await store.append([newCommit(store, [absent('t')], newEvents(store, 't', 1))])))
        }
      },
    ),

    contractTestFor('severalHandles', 'a duplicate is one through every handle', async (stage) => {
      const two = await stage.openAnother()
      const wanted = newCommit(stage.store, [absent('s')], newEvents(stage.store, 's', 1))
      assert.equal(only(await stage.store.append([wanted])).status, 'committed')
      assert.equal(only(await two.append([wanted])).status, 'duplicate')
      assert.equal((await two.findCommits([wanted.commandId])).length, 1)
    }),

    contractTestFor('severalHandles', 'a cursor and a position of one mean the same to the other', async (stage) => {
      const one = stage.store
      const two = await stage.openAnother()
      const written = await write(one, 's', 3)
      const { cursor } = await one.readFeed({ limit: 1 })
      assert.ok(cursor !== undefined)
      expectEvents(
        (await readFeedToHead(two, { after: cursor })).events,
        written.slice(1),
        'behind the cursor of the other',
      )
      assert.deepEqual(
        written.map(({ position }) => two.hasReached(cursor, position)),
        [true, false, false],
      )
    }),

    contractTestFor('severalHandles', 'snapshots, checkpoints and leases are shared', async (stage) => {
      const one = stage.store
      const two = await stage.openAnother()
      const [event] = await write(one, 's')
      const cursor = await one.headCursor()
      assert.ok(event !== undefined && cursor !== undefined)
      await one.snapshots.save({ stream: 's', fold: 'f', version: 1, headId: event.id, state: '{}' })
      assert.equal((await two.snapshots.load([{ stream: 's', fold: 'f' }])).length, 1)
      const lease = await one.leases.acquire('p', 'one', 600_000)
      assert.ok(lease !== undefined)
      await two.checkpoints.save({ name: 'p', cursor, epoch: lease.epoch })
      assert.equal((await one.checkpoints.load('p'))?.cursor, cursor)
      await two.leases.release(lease)
      assert.ok((await two.leases.acquire('p', 'two', 600_000)) !== undefined)
      await expectRejection(
        () => one.checkpoints.save({ name: 'p', cursor, epoch: lease.epoch }),
        'LEASE_LOST',
        'a save under a lost lease',
      )
    }),

    contractTestFor('severalHandles', 'closing one leaves the other open', async (stage) => {
      const two = await stage.openAnother()
      const written = await write(two, 's')
      await two.close()
      await expectStream(stage.store, 's', written)
      await write(stage.store, 's')
    }),

    contractTestFor('severalHandles', 'ids of two handles never meet', async (stage) => {
      const handles = await stage.handles(2)
      const ids = handles.flatMap((store) => Array.from({ length: 2_000 }, () => store.newId()))
      assert.equal(new Set(ids).size, ids.length)
    }),
  ],
}
