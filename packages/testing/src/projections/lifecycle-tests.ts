import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { asCursor, type CheckpointStore, PartitionedRunner, ProjectionRunner, StoreUnavailable } from 'eventcore'
import { wrapMembers, wrapStore } from '../wrapping/wrap-store.ts'
import { expectFoldOfLog } from './fold-of-log.ts'
import { deposit, type LedgerEvent, PATIENCE } from './open-projections.ts'
import type { ProjectionTest } from './projection-test.ts'

export const lifecycleTests: readonly ProjectionTest[] = [
  {
    name: 'who waits for an event goes on waiting while the store cannot look for a moment, and is told when it cannot for longer',
    async run({ store, ledger }) {
      let failures = 0
      const look = <T>(really: () => T): T => {
        if (failures-- > 0) throw new StoreUnavailable('Locked by somebody else.', 'look')
        return really()
      }
      const { checkpoints } = store
      const disturbed = wrapStore(store, {
        hasReached: (cursor, position) => look(() => store.hasReached(cursor, position)),
        checkpoints: wrapMembers<CheckpointStore, CheckpointStore>(checkpoints, {
          load: async (name) => look(() => checkpoints.load(name)),
        }),
      })
      const runner = new ProjectionRunner(store, ledger({}))
      runner.start()
      // It works elsewhere, so that its checkpoint has to be looked up.
      const waiting = new ProjectionRunner(disturbed, ledger({}))
      const outcome = { events: await deposit(store, [{ key: 'a' }]) }
      failures = 3
      await waiting.waitFor(outcome, PATIENCE)
      assert.ok(failures < 0)
      failures = Number.POSITIVE_INFINITY
      await assert.rejects(waiting.waitFor(outcome, { timeoutMs: 50 }), { code: 'STORE_UNAVAILABLE' })
      await runner.stop()
    },
  },
  {
    name: 'a paused projection takes nothing, keeps its lease, and goes on when it is resumed',
    async run(opened) {
      const { store } = opened
      const runner = new ProjectionRunner(store, opened.ledger({}), { leaseMs: 400 })
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      runner.pause()
      await deposit(store, [{ key: 'wakes' }])
      await sleep(20)
      const outcome = { events: await deposit(store, [{ key: 'a' }]) }
      await assert.rejects(runner.waitFor(outcome, { timeoutMs: 30 }), { code: 'PROJECTION_WAIT_TIMEOUT' })
      const { state, owner, lagEvents } = await runner.status()
      assert.deepEqual([state, owner !== undefined, (lagEvents ?? 0) >= 1], ['paused', true, true])
      runner.resume()
      await runner.waitFor(outcome, PATIENCE)
      await runner.stop()
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'status tells how far it is behind, and how long the oldest event has waited',
    async run(opened) {
      const { store } = opened
      for (let i = 0; i < 5; i++) await deposit(store, [{ key: 'a' }])
      const now = (): number => 1_764_000_003_000
      const runner = new ProjectionRunner(store, opened.ledger({}), { now })
      const before = await runner.status()
      assert.deepEqual([before.state, before.lagEvents, before.lagSeconds], ['stopped', 5, 3])
      assert.equal(before.secondsLeft, undefined)
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      const after = await runner.status()
      assert.deepEqual([after.lagEvents, after.lagSeconds, after.cursor], [0, 0, after.head])
      assert.ok(after.rate > 0)
      await runner.stop()
      assert.equal((await runner.status()).state, 'stopped')
    },
  },
  {
    name: 'a checkpoint that is not in the feed is an alarm, and no lag; rebuilding mends it',
    async run(opened) {
      const { store } = opened
      await deposit(store, [{ key: 'a' }])
      const runner = new ProjectionRunner(store, opened.ledger({}))
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      await runner.stop()
      const saved = await store.checkpoints.load(runner.id)
      const cursor = await store.headCursor()
      assert.ok(saved && cursor)
      const ahead = asCursor(cursor.replace(/^\d+/, (position) => String(Number(position) + 1_000)))
      await store.checkpoints.save({ ...saved, cursor: ahead })
      const status = await runner.status()
      assert.deepEqual([status.state, status.lagEvents], ['checkpoint-ahead', undefined])
      runner.start()
      const next = { events: await deposit(store, [{ key: 'a' }]) }
      await assert.rejects(
        runner.waitFor(next, PATIENCE),
        ({ code, cause }: { code: string; cause?: { code?: string } }) =>
          // Whether the runner or the one who waits sees it first.
          [code, cause?.code].includes('CHECKPOINT_AHEAD'),
      )
      await runner.stop()
      assert.equal((await opened.rows('ledger', 1)).get('account/a')?.events, 2, 'nothing is applied')
      await runner.rebuild()
      await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      await runner.stop()
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'a rebuild in place begins anew, and forgets dead letters',
    async run(opened) {
      const { store } = opened
      const onFailure = { action: 'dead-letter', maxAttempts: 1 } as const
      let broken = true
      const before = ({ version }: { readonly version: number }): void => {
        if (broken && version === 2) throw new Error('poison')
      }
      const runner = new ProjectionRunner(store, opened.ledger({ before, onFailure }))
      for (let i = 0; i < 6; i++) await deposit(store, [{ key: `a${i % 2}`, amount: i }])
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'last' }]) }, PATIENCE)
      assert.equal((await runner.deadLetters.list()).length, 4)
      broken = false
      await runner.rebuild()
      await runner.waitFor({ events: await deposit(store, [{ key: 'a0' }]) }, PATIENCE)
      assert.deepEqual(await runner.deadLetters.list(), [])
      await runner.stop()
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'a new version catches up beside the old one, is switched to in one step, and the old one stays until it is dropped',
    async run(opened) {
      const { store } = opened
      for (let i = 0; i < 30; i++) await deposit(store, [{ key: `a${i % 3}`, amount: i }])
      const blue = new ProjectionRunner(store, opened.ledger({}), { batchSize: 5 })
      blue.start()
      await blue.activate()
      assert.equal(await store.projections.activeVersion('ledger'), 1)
      const green = new ProjectionRunner(store, opened.ledger({ version: 2 }), { batchSize: 5 })
      green.start()
      const writing = (async () => {
        for (let i = 0; i < 20; i++) await deposit(store, [{ key: `a${i % 3}`, amount: i }])
      })()
      await green.activate()
      assert.equal(await store.projections.activeVersion('ledger'), 2)
      await writing
      const outcome = { events: await deposit(store, [{ key: 'last' }]) }
      await Promise.all([blue.waitFor(outcome, PATIENCE), green.waitFor(outcome, PATIENCE)])
      await expectFoldOfLog(opened, { version: 1 })
      await expectFoldOfLog(opened, { version: 2 })
      await blue.drop()
      assert.equal((await opened.rows('ledger', 1)).size, 0)
      assert.equal(await store.checkpoints.load('ledger@1'), undefined)
      await expectFoldOfLog(opened, { version: 2 })
      await green.stop()
    },
  },
  {
    name: 'partitions share the streams out, and are run, waited for and rebuilt as one',
    async run(opened) {
      const { store } = opened
      const onFailure = { action: 'dead-letter', maxAttempts: 1 } as const
      let broken = true
      const before = ({ data }: LedgerEvent): void => {
        if (broken && data.amount === 13) throw new Error('poison')
      }
      const runner = new PartitionedRunner(store, opened.ledger({ before, onFailure }), {
        partitions: 3,
        batchSize: 5,
        leaseMs: 2_000,
      })
      runner.start()
      const write = async (): Promise<void> => {
        for (let i = 0; i < 40; i++) await deposit(store, [{ key: `a${i % 7}`, amount: i }, { key: `b${i % 5}` }])
      }
      await write()
      await runner.waitFor({ events: await deposit(store, [{ key: 'last' }]) }, PATIENCE)
      const status = await runner.status()
      assert.deepEqual(status.deadLetters, { failed: 1, waiting: 3, skipped: 0 })
      assert.deepEqual(
        status.partitions.map(({ owns }) => owns),
        [true, true, true],
      )
      const [parked] = await deposit(store, [{ key: 'a6' }])
      assert.ok(parked)
      await assert.rejects(runner.waitFor(parked.position, PATIENCE), { code: 'EVENT_PARKED' })
      for (const partition of runner.partitions) await assert.rejects(partition.rebuild(), { code: 'INVALID_OPTIONS' })
      broken = false
      await Promise.all([runner.rebuild(), write()])
      await runner.activate()
      assert.equal(await store.projections.activeVersion('ledger'), 1)
      await runner.waitFor({ events: await deposit(store, [{ key: 'last' }]) }, PATIENCE)
      assert.deepEqual((await runner.status()).deadLetters, { failed: 0, waiting: 0, skipped: 0 })
      await runner.stop()
      assert.equal((await runner.status()).state, 'stopped')
      await expectFoldOfLog(opened)
      await runner.drop()
      assert.equal((await opened.rows('ledger', 1)).size, 0)
    },
  },
]
