import assert from 'node:assert/strict'
import { PartitionedRunner, type ProjectingStore, ProjectionRunner, type ProjectionTarget } from 'eventcore'
import { wrapMembers } from '../wrapping/wrap-store.ts'
import { expectFoldOfLog } from './fold-of-log.ts'
import { deposit, PATIENCE } from './open-projections.ts'
import type { ProjectionTest } from './projection-test.ts'

/** A store on which a rebuild, or a drop, stands still before its transaction, until it is let go. */
function standingStill<Tx>(store: ProjectingStore<Tx>) {
  const begun = Promise.withResolvers<void>()
  const mayEnd = Promise.withResolvers<void>()
  const { projections } = store
  const held = wrapMembers<ProjectionTarget<Tx>, ProjectionTarget<Tx>>(projections, {
    restart: async (work) => {
      begun.resolve()
      await mayEnd.promise
      await projections.restart(work)
    },
  })
  const slow = wrapMembers<Pick<ProjectingStore<Tx>, 'projections'>, ProjectingStore<Tx>>(store, { projections: held })
  return { slow, begun: begun.promise, letGo: mayEnd.resolve }
}

export const rebuildTests: readonly ProjectionTest[] = [
  {
    name: 'a start and another rebuild during a rebuild wait for it',
    async run(opened) {
      const { slow, begun, letGo } = standingStill(opened.store)
      const runner = new ProjectionRunner(slow, opened.ledger({}))
      const outcome = { events: await deposit(slow, [{ key: 'a' }]) }
      runner.start()
      await runner.waitFor(outcome, PATIENCE)
      const rebuilding = runner.rebuild()
      await begun
      runner.start()
      const again = runner.rebuild()
      // Were it to work now, it would find its old checkpoint, and have nothing to do.
      await assert.rejects(runner.waitFor({ events: await deposit(slow, [{ key: 'a' }]) }, { timeoutMs: 100 }), {
        code: 'PROJECTION_WAIT_TIMEOUT',
      })
      letGo()
      await Promise.all([rebuilding, again])
      await runner.waitFor(outcome, PATIENCE)
      await runner.waitFor({ events: await deposit(slow, [{ key: 'b' }]) }, PATIENCE)
      await expectFoldOfLog(opened)
      await runner.stop()
    },
  },
  {
    name: 'what is asked for last during a rebuild or a drop holds when it is done',
    async run(opened) {
      const { slow, begun, letGo } = standingStill(opened.store)
      const runner = new ProjectionRunner(slow, opened.ledger({}))
      const outcome = { events: await deposit(slow, [{ key: 'a' }]) }
      const rebuilding = runner.rebuild()
      await begun
      const stopping = runner.stop()
      letGo()
      await Promise.all([rebuilding, stopping])
      assert.equal((await runner.status()).state, 'stopped')
      await assert.rejects(runner.waitFor(outcome, { timeoutMs: 50 }), { code: 'PROJECTION_WAIT_TIMEOUT' })
      const dropping = runner.drop()
      const stoppingAgain = runner.stop()
      runner.start()
      await Promise.all([dropping, stoppingAgain])
      await runner.waitFor(outcome, PATIENCE)
      await expectFoldOfLog(opened)
      await runner.stop()
    },
  },
  {
    name: 'a rebuild that is refused changes nothing: who stood by stands by',
    async run(opened) {
      const { store } = opened
      const [owner, standby] = [0, 1].map(
        (i) => new ProjectionRunner(store, opened.ledger({}), { leaseMs: 300, owner: `runner ${i}` }),
      )
      assert.ok(owner && standby)
      owner.start()
      await owner.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      standby.start()
      // Its clock stands still on some stores, so nothing runs out.
      await assert.rejects(standby.rebuild(), { code: 'LEASE_LOST' })
      await owner.stop()
      await standby.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      assert.equal((await standby.status()).owns, true)
      await standby.stop()
      await assert.rejects(standby.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, { timeoutMs: 50 }), {
        code: 'PROJECTION_WAIT_TIMEOUT',
      })
    },
  },
  {
    name: 'partitions are started and stopped during a rebuild as one: when it is done',
    async run(opened) {
      const { slow, begun, letGo } = standingStill(opened.store)
      const runner = new PartitionedRunner(slow, opened.ledger({}), { partitions: 3 })
      const events = []
      for (let i = 0; i < 9; i++) events.push(...(await deposit(slow, [{ key: `a${i}` }])))
      runner.start()
      await runner.waitFor({ events }, PATIENCE)
      const rebuilding = runner.rebuild()
      const stopping = runner.stop()
      await begun
      letGo()
      await Promise.all([rebuilding, stopping])
      assert.equal((await runner.status()).state, 'stopped')
      const again = runner.rebuild()
      runner.start()
      await again
      await runner.waitFor({ events }, PATIENCE)
      await expectFoldOfLog(opened)
      await runner.stop()
    },
  },
]
