import assert from 'node:assert/strict'
import type { EventStore, Snapshot } from 'eventcore'
import { type ContractSection, contractTest, contractTestFor } from '../contract-section.ts'
import { expectRejection } from '../fixture/results.ts'
import { together } from '../fixture/together.ts'
import { UNSTORABLE } from '../fixture/unstorable.ts'

export const snapshotsSection: ContractSection = {
  name: 'snapshots',
  tests: [
    contractTest('a snapshot that was never saved is left out', async ({ store }) => {
      assert.deepEqual(await load(store, [['s', 'fold']]), [])
      assert.deepEqual(await load(store, []), [])
    }),

    contractTest('a saved snapshot comes back exactly, its state byte for byte', async ({ store }) => {
      const saved = snapshot(store, { state: '{"b": 1,  "a":-0,"c":"\u2028🧾\\u0000"}' })
      await store.snapshots.save(saved)
      assert.deepEqual(await load(store, [['s', 'fold']]), [saved])
    }),

    contractTest('names and states that would not come back as they went are refused', async ({ store }) => {
      for (const text of UNSTORABLE) {
        const wrong = [{ stream: text }, { fold: text }, { headId: text }, ...(text === '' ? [] : [{ state: text }])]
        for (const part of wrong)
          await expectRejection(() => store.snapshots.save(snapshot(store, part)), 'INVALID_OPTIONS', 'this snapshot')
      }
      assert.deepEqual(await store.snapshots.list({ limit: 10 }), [])
    }),

    contractTest('a later version replaces, the same or an earlier one does not', async ({ store }) => {
      const first = snapshot(store, { version: 5, state: '"five"' })
      await store.snapshots.save(first)
      await store.snapshots.save(snapshot(store, { version: 4, state: '"four"' }))
      await store.snapshots.save(snapshot(store, { version: 5, state: '"another five"' }))
      assert.deepEqual(await load(store, [['s', 'fold']]), [first])
      const later = snapshot(store, { version: 12, state: '"twelve"' })
      await store.snapshots.save(later)
      assert.deepEqual(await load(store, [['s', 'fold']]), [later])
    }),

    contractTest('of snapshots saved at once, the one at the latest version stands', async (stage) => {
      const handles = await stage.handles(6)
      for (let round = 0; round < 5; round++) {
        const stream = `s-${round}`
        const saves = handles.map(({ snapshots }, i) => {
          const version = 1 + ((i * 5 + round) % handles.length)
          return snapshots.save(snapshot(stage.store, { stream, version, headId: `head-${version}` }))
        })
        await together(saves)
        const [kept] = await load(stage.store, [[stream, 'fold']])
        assert.deepEqual([kept?.version, kept?.headId], [handles.length, `head-${handles.length}`])
      }
    }),

    contractTest('folds and streams have snapshots of their own, and several are loaded at once', async ({ store }) => {
      const saved = [
        snapshot(store, { stream: 'a' }),
        snapshot(store, { stream: 'a', fold: 'other' }),
        snapshot(store, { stream: 'b' }),
      ]
      for (const one of saved) await store.snapshots.save(one)
      const loaded = await load(store, [
        ['b', 'fold'],
        ['missing', 'fold'],
        ['a', 'other'],
        ['b', 'other'],
        ['a', 'fold'],
      ])
      assert.deepEqual(loaded, saved)
      assert.deepEqual(await load(store, [['a', 'other']]), [saved[1]])
    }),

    contractTest(
      'snapshots are listed in byte order of stream and fold, in pages, without their state',
      async ({ store }) => {
        const keys = [
          ['a', 'x'],
          ['a', 'y'],
          ['b', 'x'],
          ['é', 'x'],
          ['\uffee', 'x'],
          ['🧾', 'x'],
        ] as const
        for (const [stream, fold] of [...keys].reverse()) await store.snapshots.save(snapshot(store, { stream, fold }))
        const first = await store.snapshots.list({ limit: 4 })
        const last = first.at(-1)
        assert.ok(last !== undefined)
        const rest = await store.snapshots.list({ after: { stream: last.stream, fold: last.fold }, limit: 100 })
        assert.deepEqual(
          [...first, ...rest].map(({ stream, fold }) => [stream, fold]),
          keys,
        )
        assert.deepEqual([first.length, rest.length], [4, 2])
        for (const entry of first) assert.equal('state' in entry, false, 'a list does not load states')
        assert.deepEqual(
          (await store.snapshots.list({ stream: 'a', limit: 10 })).map(({ fold }) => fold),
          ['x', 'y'],
        )
        assert.deepEqual(
          (await store.snapshots.list({ stream: 'a', after: { stream: 'a', fold: 'x' }, limit: 10 })).map(
            ({ fold }) => fold,
          ),
          ['y'],
        )
        assert.deepEqual([...(await store.snapshots.list({ limit: 0 }))], [])
      },
    ),

    contractTest(
      'the snapshots of a stream are deleted, or those of one fold, and the answer counts them',
      async ({ store }) => {
        for (const fold of ['x', 'y', 'z']) await store.snapshots.save(snapshot(store, { stream: 'a', fold }))
        await store.snapshots.save(snapshot(store, { stream: 'b', fold: 'x' }))
        assert.equal(await store.snapshots.delete({ stream: 'a', fold: 'y' }), 1)
        assert.equal(await store.snapshots.delete({ stream: 'a', fold: 'y' }), 0)
        assert.equal(await store.snapshots.delete({ stream: 'a' }), 2)
        assert.deepEqual(
          (await store.snapshots.list({ limit: 10 })).map(({ stream }) => stream),
          ['b'],
        )
        const again = snapshot(store, { stream: 'a', fold: 'x', version: 1 })
        await store.snapshots.save(again)
        assert.deepEqual(await load(store, [['a', 'x']]), [again], 'after a deletion any version is new')
      },
    ),

    contractTestFor('reopen', 'a snapshot is there after the store was closed and opened again', async (stage) => {
      const saved = snapshot(stage.store)
      await stage.store.snapshots.save(saved)
      assert.deepEqual(await load(await stage.reopen(), [['s', 'fold']]), [saved])
    }),
  ],
}

const snapshot = (store: EventStore, more: Partial<Snapshot> = {}): Snapshot => ({
  stream: 's',
  fold: 'fold',
  version: 3,
  headId: store.newId(),
  state: '{"balance":100}',
  ...more,
})

async function load(
  store: EventStore,
  keys: readonly (readonly [stream: string, fold: string])[],
): Promise<Snapshot[]> {
  const loaded = await store.snapshots.load(keys.map(([stream, fold]) => ({ stream, fold })))
  return loaded
    .map(({ stream, fold, version, headId, state }) => ({ stream, fold, version, headId, state }))
    .sort((a, b) => (`${a.stream} ${a.fold}` < `${b.stream} ${b.fold}` ? -1 : 1))
}
