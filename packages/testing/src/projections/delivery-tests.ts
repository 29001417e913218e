import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ProjectionBatch, ProjectionRunner, type ProjectionTarget } from 'eventcore'
import { expectFoldOfLog } from './fold-of-log.ts'
import { deposit, PATIENCE } from './open-projections.ts'
import type { ProjectionTest } from './projection-test.ts'

export const deliveryTests: readonly ProjectionTest[] = [
  {
    name: 'the read model is the fold of the log, old events and new ones',
    async run(opened) {
      const { store } = opened
      for (let i = 0; i < 20; i++) await deposit(store, [{ key: `a${i % 3}`, amount: i }])
      const runner = new ProjectionRunner(store, opened.ledger({}), { batchSize: 7 })
      runner.start()
      for (let i = 0; i < 20; i++) await deposit(store, [{ key: `a${i % 4}` }, { key: 'both', amount: i }])
      const outcome = { events: await deposit(store, [{ key: 'last' }]) }
      await runner.waitFor(outcome, PATIENCE)
      await expectFoldOfLog(opened)
      await runner.stop()
    },
  },
  {
    name: 'events of other streams are passed over, and move the checkpoint all the same',
    async run(opened) {
      const { store } = opened
      const runner = new ProjectionRunner(store, opened.ledger({}))
      runner.start()
      await deposit(store, [{ key: 'a' }, { key: 'x', kind: 'other', type: 'Noted' }])
      const [last] = await deposit(store, [{ key: 'x', kind: 'other', type: 'Noted' }])
      assert.ok(last)
      await runner.waitFor(last.position, PATIENCE)
      await runner.stop()
      await expectFoldOfLog(opened)
      const cursor = (await store.checkpoints.load(runner.id))?.cursor
      assert.equal(cursor, await store.headCursor())
    },
  },
  {
    name: 'with writers at work, batches of any size leave the fold of the log',
    async run(opened) {
      const { store } = opened
      const runner = new ProjectionRunner(store, opened.ledger({ batch: true }), { batchSize: 3 })
      runner.start()
      await Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          for (let i = 0; i < 15; i++) {
            await deposit(store, [{ key: `own-${writer}` }, { key: `shared-${i % 3}`, amount: writer }])
            if (i % 5 === writer % 5) await sleep(1)
          }
        }),
      )
      await runner.waitFor({ events: await deposit(store, [{ key: 'last' }]) }, PATIENCE)
      await expectFoldOfLog(opened)
      await runner.stop()
    },
  },
  {
    name: 'when a handler fails, nothing of its event is kept, and everything before it is',
    async run(opened) {
      const { store } = opened
      for (let i = 1; i <= 9; i++) await deposit(store, [{ key: 'a' }, { key: `b${i}` }])
      let calls = 0
      const poison = (event: { readonly stream: string; readonly version: number }): boolean =>
        event.stream === 'account/a' && event.version >= 6
      // After it has written: its rows must go with it.
      const after = (event: { readonly stream: string; readonly version: number }): void => {
        if (!poison(event)) return
        calls++
        throw new Error('poison')
      }
      const runner = new ProjectionRunner(
        store,
        opened.ledger({ after, onFailure: { maxAttempts: 2, baseDelayMs: 1 } }),
      )
      runner.start()
      const [last] = await deposit(store, [{ key: 'z' }])
      assert.ok(last)
      await assert.rejects(runner.waitFor(last.position, PATIENCE), { code: 'PROJECTION_HALTED' })
      const status = await runner.status()
      assert.equal(status.state, 'failed')
      assert.match(String(status.lastError), /poison/)
      // Once within its batch, then as often as the policy says.
      assert.ok(calls >= 2 && calls <= 4, `the handler ran ${calls} times`)
      const stopped = (await opened.rows('ledger', 1)).get('account/a')
      assert.deepEqual({ ...stopped }, { balance: 5, events: 5, version: 5 })
      assert.equal((await opened.rows('ledger', 1)).has('account/b6'), false)
      await runner.stop()
      // Mended, it goes on where it stopped.
      const mended = new ProjectionRunner(store, opened.ledger({}))
      mended.start()
      await mended.waitFor(last.position, PATIENCE)
      await mended.stop()
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'a handler that fails for a while is tried again',
    async run(opened) {
      const { store } = opened
      let failures = 0
      const before = ({ version }: { readonly version: number }): void => {
        if (version === 2 && failures++ < 3) throw new Error('not yet')
      }
      for (let i = 0; i < 4; i++) await deposit(store, [{ key: 'a' }])
      const runner = new ProjectionRunner(
        store,
        opened.ledger({ before, onFailure: { maxAttempts: 5, baseDelayMs: 1 } }),
      )
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'last' }]) }, PATIENCE)
      await runner.stop()
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'a crash at any place leaves the read model at its checkpoint',
    async run(opened) {
      const { store } = opened
      for (let i = 0; i < 12; i++) await deposit(store, [{ key: `a${i % 2}`, amount: i }])
      // As a process ends: what the target does is cut off, before it or after it, and nobody hears of it.
      for (let crash = 0; crash < 9; crash++) {
        const target = crashing(store.projections, crash)
        const crashed = new Proxy(store, {
          get: (of, name) => (name === 'projections' ? target : bound(of, Reflect.get(of, name))),
        })
        for (let i = 0; i < 6; i++) await deposit(store, [{ key: `a${i % 2}`, amount: i }])
        const runner = new ProjectionRunner(crashed, opened.ledger({}), { batchSize: 2, owner: 'the same' })
        runner.start()
        for (let i = 0; i < 500 && (await runner.status()).state !== 'failed'; i++) await sleep(2)
        assert.equal((await runner.status()).state, 'failed')
        await runner.stop()
      }
      const runner = new ProjectionRunner(store, opened.ledger({}))
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'last' }]) }, PATIENCE)
      await runner.stop()
      await expectFoldOfLog(opened)
    },
  },
]

const bound = (of: object, member: unknown): unknown => (typeof member === 'function' ? member.bind(of) : member)

function crashing<Tx>(target: ProjectionTarget<Tx>, crash: number): ProjectionTarget<Tx> {
  let commits = 0
  return new Proxy(target, {
    get: (of, name) => {
      const member: unknown = Reflect.get(of, name)
      if (name !== 'commit' || typeof member !== 'function') return bound(of, member)
      return async (...args: unknown[]) => {
        const last = commits++ >= 1 + Math.floor(crash / 3)
        if (last && crash % 3 === 0) throw new Error('crashed before the transaction')
        const [batch] = args as [ProjectionBatch<Tx>]
        await member.call(of, last && crash % 3 === 1 ? { ...batch, apply: crashingAfter(batch.apply) } : batch)
        if (last) throw new Error('crashed after the commit')
      }
    },
  })
}

function crashingAfter<Tx>(apply: ProjectionBatch<Tx>['apply']): ProjectionBatch<Tx>['apply'] {
  return (tx, blocked) => {
    const letters = apply(tx, blocked)
    if (!(letters instanceof Promise)) throw new Error('crashed within the transaction')
    return letters.then(() => {
      throw new Error('crashed within the transaction')
    })
  }
}
