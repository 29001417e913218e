import assert from 'node:assert/strict'
import { asCursor, type Checkpoint, type Cursor, type EventStore } from 'eventcore'
import { type ContractSection, contractTest, contractTestFor } from '../contract-section.ts'
import { expectRejection } from '../fixture/results.ts'
import { together } from '../fixture/together.ts'
import { UNSTORABLE } from '../fixture/unstorable.ts'
import { write } from '../fixture/writing.ts'

const LONG = 600_000

export const checkpointsSection: ContractSection = {
  name: 'checkpoints',
  tests: [
    contractTest('a checkpoint that was never saved is not there', async ({ store }) => {
      assert.equal(await store.checkpoints.load('balances'), undefined)
    }),

    contractTest('a saved checkpoint comes back', async ({ store }) => {
      const saved = { name: 'balances', cursor: await someCursor(store), epoch: 1 }
      await store.checkpoints.save(saved)
      assert.deepEqual(await load(store, 'balances'), saved)
    }),

    contractTest('saving again replaces it, backwards too: a rebuild starts over', async ({ store }) => {
      const early = await someCursor(store)
      const late = await someCursor(store)
      await store.checkpoints.save({ name: 'balances', cursor: late, epoch: 1 })
      await store.checkpoints.save({ name: 'balances', cursor: early, epoch: 1 })
      assert.deepEqual(await load(store, 'balances'), { name: 'balances', cursor: early, epoch: 1 })
      await store.checkpoints.save({ name: 'balances', cursor: late, epoch: 2 })
      assert.deepEqual(await load(store, 'balances'), { name: 'balances', cursor: late, epoch: 2 })
    }),

    contractTest('names and cursors that would not come back as they went are refused', async ({ store }) => {
      const cursor = await someCursor(store)
      for (const name of UNSTORABLE) {
        await expectRejection(() => store.checkpoints.save({ name, cursor, epoch: 1 }), 'INVALID_OPTIONS', 'this name')
        if (name === '') continue
        const save = () => store.checkpoints.save({ name: 'a', cursor: asCursor(name), epoch: 1 })
        await expectRejection(save, 'INVALID_OPTIONS', 'this cursor')
      }
      assert.deepEqual(await store.checkpoints.list({ limit: 10 }), [])
    }),

    contractTest('checkpoints of two names are independent', async ({ store }) => {
      const early = await someCursor(store)
      const late = await someCursor(store)
      await store.checkpoints.save({ name: 'a', cursor: early, epoch: 7 })
      await store.checkpoints.save({ name: 'b', cursor: late, epoch: 1 })
      assert.deepEqual(await load(store, 'a'), { name: 'a', cursor: early, epoch: 7 })
      assert.deepEqual(await load(store, 'b'), { name: 'b', cursor: late, epoch: 1 })
    }),

    contractTest('a lower epoch than that of the checkpoint is refused and changes nothing', async ({ store }) => {
      const early = await someCursor(store)
      const late = await someCursor(store)
      const saved = { name: 'balances', cursor: early, epoch: 2 }
      await store.checkpoints.save(saved)
      await expectRejection(
        () => store.checkpoints.save({ name: 'balances', cursor: late, epoch: 1 }),
        'LEASE_LOST',
        'a save under a lower epoch',
      )
      assert.deepEqual(await load(store, 'balances'), saved)
    }),

    contractTest(
      'an owner that lost its lease cannot move the checkpoint, even before the new owner has saved',
      async ({ store }) => {
        const early = await someCursor(store)
        const late = await someCursor(store)
        const first = await store.leases.acquire('balances', 'one', LONG)
        assert.ok(first !== undefined)
        await store.checkpoints.save({ name: 'balances', cursor: early, epoch: first.epoch })
        await store.leases.release(first)
        const second = await store.leases.acquire('balances', 'two', LONG)
        assert.ok(second !== undefined)
        await expectRejection(
          () => store.checkpoints.save({ name: 'balances', cursor: late, epoch: first.epoch }),
          'LEASE_LOST',
          'a save under a lost lease',
        )
        assert.deepEqual(await load(store, 'balances'), { name: 'balances', cursor: early, epoch: first.epoch })
        await store.checkpoints.save({ name: 'balances', cursor: late, epoch: second.epoch })
        assert.deepEqual(await load(store, 'balances'), { name: 'balances', cursor: late, epoch: second.epoch })
      },
    ),

    contractTest('an owner that lost its lease cannot make the first checkpoint either', async ({ store }) => {
      const cursor = await someCursor(store)
      const first = await store.leases.acquire('balances', 'one', LONG)
      assert.ok(first !== undefined)
      await store.leases.release(first)
      assert.ok((await store.leases.acquire('balances', 'two', LONG)) !== undefined)
      await expectRejection(
        () => store.checkpoints.save({ name: 'balances', cursor, epoch: first.epoch }),
        'LEASE_LOST',
        'a first save under a lost lease',
      )
      assert.equal(await store.checkpoints.load('balances'), undefined)
    }),

    contractTest('of saves at once under two epochs, none of the lower one stands afterwards', async (stage) => {
      const handles = await stage.handles(8)
      const early = await someCursor(stage.store)
      const late = await someCursor(stage.store)
      const save = async ({ checkpoints }: EventStore, checkpoint: Checkpoint): Promise<void> => {
        try {
          await checkpoints.save(checkpoint)
        } catch (error) {
          const fenced = error instanceof Error && 'code' in error && error.code === 'LEASE_LOST'
          if (!fenced || checkpoint.epoch === 2) throw error
        }
      }
      for (let round = 0; round < 10; round++) {
        const name = `balances-${round}`
        const checkpoints = [
          { name, cursor: early, epoch: 1 },
          { name, cursor: late, epoch: 2 },
        ]
        // The handles change sides each round.
        await together(handles.map((store, i) => save(store, checkpoints[(i + (i >> 2) + round) % 2] as Checkpoint)))
        assert.deepEqual(await load(stage.store, name), { name, cursor: late, epoch: 2 })
      }
    }),

    contractTest('checkpoints are listed in byte order of their names, in pages', async ({ store }) => {
      const cursor = await someCursor(store)
      const names = ['A', 'a', 'b', 'é', '\uffee', '🧾']
      for (const name of [...names].reverse()) await store.checkpoints.save({ name, cursor, epoch: 1 })
      const first = await store.checkpoints.list({ limit: 4 })
      const rest = await store.checkpoints.list({ after: first.at(-1)?.name ?? '', limit: 100 })
      assert.deepEqual([first.length, rest.length], [4, 2])
      assert.deepEqual(
        [...first, ...rest].map(({ name }) => name),
        names,
      )
      assert.deepEqual(
        first.map((checkpoint) => checkpoint.cursor),
        [cursor, cursor, cursor, cursor],
      )
      assert.deepEqual([...(await store.checkpoints.list({ limit: 0 }))], [])
    }),

    contractTest('a deleted checkpoint is gone, and the answer says whether there was one', async ({ store }) => {
      await store.checkpoints.save({ name: 'balances', cursor: await someCursor(store), epoch: 1 })
      assert.equal(await store.checkpoints.delete('balances'), true)
      assert.equal(await store.checkpoints.delete('balances'), false)
      assert.equal(await store.checkpoints.load('balances'), undefined)
      assert.deepEqual([...(await store.checkpoints.list({ limit: 10 }))], [])
    }),

    contractTestFor(
      'reopen',
      'a checkpoint is there after the store was closed and opened again, and its cursor still serves',
      async (stage) => {
        await write(stage.store, 'a', 3)
        const { cursor } = await stage.store.readFeed({ limit: 2 })
        assert.ok(cursor !== undefined)
        await stage.store.checkpoints.save({ name: 'balances', cursor, epoch: 3 })
        const store = await stage.reopen()
        const kept = await store.checkpoints.load('balances')
        assert.deepEqual({ ...kept }, { name: 'balances', cursor, epoch: 3 })
        const page = await store.readFeed({ limit: 10, after: asCursor(kept?.cursor ?? '') })
        assert.deepEqual(
          page.events.map(({ version }) => version),
          [3],
        )
        await expectRejection(
          () => store.checkpoints.save({ name: 'balances', cursor, epoch: 2 }),
          'LEASE_LOST',
          'a save under a lower epoch',
        )
      },
    ),
  ],
}

async function someCursor(store: EventStore): Promise<Cursor> {
  await write(store, 'some-stream')
  const cursor = await store.headCursor()
  assert.ok(cursor !== undefined, 'a store with events has a head cursor')
  return cursor
}

async function load(store: EventStore, name: string): Promise<Checkpoint | undefined> {
  const checkpoint = await store.checkpoints.load(name)
  return checkpoint && { name: checkpoint.name, cursor: checkpoint.cursor, epoch: checkpoint.epoch }
}
