import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProjectionRunner } from 'eventcore'
import { expectFoldOfLog } from './fold-of-log.ts'
import { deposit, PATIENCE } from './open-projections.ts'
import type { ProjectionTest } from './projection-test.ts'

export const ownershipTests: readonly ProjectionTest[] = [
  {
    name: 'of several runners one works, and another takes over when it stops',
    async run(opened) {
      const { store } = opened
      const others = [(await opened.openAnother?.()) ?? store, (await opened.openAnother?.()) ?? store]
      const runners = [store, ...others].map(
        (own, i) => new ProjectionRunner(own, opened.ledger({}), { leaseMs: 400, owner: `runner ${i}` }),
      )
      for (const runner of runners) runner.start()
      for (const runner of runners) {
        await runners[2]?.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
        const statuses = await Promise.all(runners.map((one) => one.status()))
        assert.equal(statuses.filter(({ owns }) => owns).length, 1, 'exactly one should work')
        assert.deepEqual(
          [...new Set(statuses.map(({ owner }) => owner))],
          [`runner ${statuses.findIndex(({ owns }) => owns)}`],
          'everybody should know who works',
        )
        await runner.stop()
        if (runner !== runners[2]) await waitUntilOneWorks(runners)
      }
      await expectFoldOfLog(opened)
      for (const other of new Set(others)) if (other !== store) await other.close()
    },
  },
  {
    name: 'an owner whose lease was taken over cannot commit: its batch is rolled back with its checkpoint',
    async run(opened) {
      const { store } = opened
      for (let i = 0; i < 5; i++) await deposit(store, [{ key: 'a' }])
      const late = await store.leases.acquire('ledger@1', 'late', 1_000)
      assert.ok(late)
      await opened.passTime(2_000)
      const successor = new ProjectionRunner(store, opened.ledger({}))
      successor.start()
      await successor.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      await successor.stop()
      const before = await store.checkpoints.load('ledger@1')
      const page = await store.readFeed({ limit: 2 })
      assert.ok(page.cursor)
      const batch = {
        projection: 'ledger@1',
        checkpoint: { cursor: page.cursor, epoch: late.epoch, after: before?.cursor },
        streams: ['account/a'],
        apply: () => {
          applied++
          return []
        },
      }
      let applied = 0
      await assert.rejects(store.projections.commit(batch), { code: 'LEASE_LOST' })
      assert.deepEqual(await store.checkpoints.load('ledger@1'), before)
      await assert.rejects(store.projections.restart({ ...batch, epoch: late.epoch }), { code: 'LEASE_LOST' })
      assert.deepEqual(await store.checkpoints.load('ledger@1'), before)
      await expectFoldOfLog(opened)
      assert.ok(applied <= 1)
    },
  },
  {
    name: 'a batch that was committed after all is not applied again',
    async run(opened) {
      const { store } = opened
      for (let i = 0; i < 3; i++) await deposit(store, [{ key: 'a' }])
      const runner = new ProjectionRunner(store, opened.ledger({}))
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      await runner.stop()
      const [page, lease] = [await store.readFeed({ limit: 2 }), await store.leases.acquire(runner.id, 'again', 1_000)]
      assert.ok(page.cursor && lease)
      const before = await store.checkpoints.load(runner.id)
      const batch = { projection: runner.id, streams: [], apply: () => [] }
      for (const after of [undefined, page.cursor]) {
        const checkpoint = { cursor: page.cursor, epoch: lease.epoch, after }
        await assert.rejects(store.projections.commit({ ...batch, checkpoint }), { code: 'CHECKPOINT_MOVED' })
        assert.deepEqual(await store.checkpoints.load(runner.id), before)
      }
    },
  },
  {
    name: 'an owner that slept through its lease applies nothing twice',
    async run(opened) {
      const { store } = opened
      const other = (await opened.openAnother?.()) ?? store
      for (let i = 0; i < 10; i++) await deposit(store, [{ key: `a${i % 2}` }])
      // The clock of the leases jumps within a handler: what was the owner goes on with its batch, and is not any more.
      let jumped = false
      const before = (): void => {
        if (jumped) return
        jumped = true
        void opened.passTime(60_000)
        successor.start()
      }
      const successor = new ProjectionRunner(other, opened.ledger({}), { leaseMs: 500 })
      const sleeper = new ProjectionRunner(store, opened.ledger({ before }), { leaseMs: 500, batchSize: 3 })
      sleeper.start()
      const outcome = { events: await deposit(store, [{ key: 'last' }]) }
      await successor.waitFor(outcome, PATIENCE)
      await Promise.all([sleeper.stop(), successor.stop()])
      await expectFoldOfLog(opened)
      if (other !== store) await other.close()
    },
  },
  {
    name: 'the lease of an owner that is gone runs out also when the clock is set back by an hour',
    async run(opened) {
      const { store } = opened
      const runner = new ProjectionRunner(store, opened.ledger({}), { leaseMs: 500 })
      const gone = await store.leases.acquire(runner.id, 'gone', 1_000)
      await opened.passTime(-3_600_000)
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      await runner.stop()
      assert.ok(gone)
      assert.equal(await store.leases.renew(gone, 1_000), undefined, 'it must not get it back')
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'a dead letter can be settled once',
    async run(opened) {
      const { store } = opened
      const onFailure = { action: 'dead-letter', maxAttempts: 1 } as const
      let broken = true
      const before = (): void => {
        if (broken) throw new Error('poison')
      }
      const runner = new ProjectionRunner(store, opened.ledger({ before, onFailure }))
      for (let i = 0; i < 8; i++) await deposit(store, [{ key: `a${i % 2}` }])
      runner.start()
      await assert.rejects(runner.waitFor({ events: await deposit(store, [{ key: 'a1' }]) }, PATIENCE), {
        code: 'EVENT_PARKED',
      })
      broken = false
      await Promise.all([runner.deadLetters.retry(), runner.deadLetters.retry(), runner.deadLetters.retry()])
      await runner.deadLetters.retry()
      await runner.stop()
      await expectFoldOfLog(opened)
    },
  },
]

async function waitUntilOneWorks<Tx>(runners: readonly ProjectionRunner<Tx>[]): Promise<void> {
  for (let i = 0; i < 400; i++) {
    const statuses = await Promise.all(runners.map((runner) => runner.status()))
    if (statuses.some(({ owner }) => owner !== undefined)) return
    await sleep(10)
  }
  assert.fail('nobody took over')
}
