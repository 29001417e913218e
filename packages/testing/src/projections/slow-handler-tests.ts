import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineProjection, type FailurePolicy, ProjectionRunner } from 'eventcore'
import { deposit, type LedgerEvent, PATIENCE } from './open-projections.ts'
import type { ProjectionTest } from './projection-test.ts'
import { LedgerAccount } from './sql-ledger.ts'

/** Handlers that return promises: every store has them outside of its transactions. */
export const slowHandlerTests: readonly ProjectionTest[] = [
  {
    name: 'a handler that never comes to an end counts as failed when its time is over, and other streams flow',
    async run({ store }) {
      let mended = false
      const handled: string[] = []
      const projection = slow(
        async ({ stream, version }) => {
          if (stream === 'account/a' && version === 2 && !mended) await new Promise(() => undefined)
          handled.push(`${stream} ${version}`)
        },
        { action: 'dead-letter', maxAttempts: 2, baseDelayMs: 1, timeoutMs: 50 },
      )
      const runner = new ProjectionRunner(store, projection)
      for (let i = 1; i <= 3; i++) await deposit(store, [{ key: 'a' }, { key: 'b' }])
      runner.start()
      await runner.waitFor({ events: await deposit(store, [{ key: 'b' }]) }, PATIENCE)
      const letters = await runner.deadLetters.list()
      assert.deepEqual(
        letters.map(({ stream, version, reason }) => [stream, version, reason]),
        [
          ['account/a', 2, 'failed'],
          ['account/a', 3, 'waiting'],
        ],
      )
      assert.match(letters[0]?.error ?? '', /HandlerTimeout: it was not done within 50 ms/)
      const stillLate = await runner.deadLetters.retry()
      assert.deepEqual([stillLate.handled, [...stillLate.errors.keys()]], [0, ['account/a']])
      mended = true
      assert.equal((await runner.deadLetters.retry()).handled, 2)
      await runner.stop()
      assert.deepEqual(
        [...new Set(handled)].sort(),
        [1, 2, 3].map((v) => `account/a ${v}`).concat([1, 2, 3, 4].map((v) => `account/b ${v}`)),
      )
    },
  },
  {
    name: 'an owner whose handler takes longer than its lease stays the owner',
    async run(opened) {
      const { store } = opened
      const handled: string[] = []
      const projection = slow(async ({ version }) => {
        // Renewed every 333 ms; without that another would have taken it over meanwhile.
        for (let i = 0; i < 5; i++) {
          await sleep(450)
          await opened.passTime(300)
        }
        handled.push(`event ${version}`)
      })
      const another = (await opened.openAnother?.()) ?? store
      const [owner, standby] = [store, another].map((own) => new ProjectionRunner(own, projection, { leaseMs: 1_000 }))
      assert.ok(owner && standby)
      const outcome = { events: await deposit(store, [{ key: 'a' }]) }
      owner.start()
      while (!(await owner.status()).owns) await sleep(5)
      standby.start()
      await standby.waitFor(outcome, PATIENCE)
      await Promise.all([standby.stop(), owner.stop()])
      assert.deepEqual(handled, ['event 1'])
      if (another !== store) await another.close()
    },
  },
]

function slow(handler: (event: LedgerEvent) => Promise<void>, onFailure: FailurePolicy = {}) {
  return defineProjection({
    name: 'slow',
    version: 1,
    streams: [LedgerAccount],
    handlers: { account: { Deposited: handler } },
    onFailure,
  })
}
