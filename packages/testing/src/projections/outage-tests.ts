import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CommandExecutor,
  defineCommand,
  defineReactor,
  type LeaseStore,
  type ProjectingStore,
  ProjectionRunner,
  ReactorRunner,
  StoreFailure,
  StoreUnavailable,
  unchecked,
} from 'eventcore'
import { wrapMembers, wrapStore } from '../wrapping/wrap-store.ts'
import { expectFoldOfLog } from './fold-of-log.ts'
import { deposit, PATIENCE } from './open-projections.ts'
import type { ProjectionTest } from './projection-test.ts'
import { LedgerAccount } from './sql-ledger.ts'

/** A store that goes away, a process that ends: nothing of that is an event's fault. */
export const outageTests: readonly ProjectionTest[] = [
  {
    name: 'a store that is away for longer than ten tries is tried again until it is back, and a runner tells so meanwhile',
    async run(opened) {
      const { store } = opened
      const { away, disturbed } = interruptible(store)
      // Without jitter there are no pauses: the tries take no time.
      const runner = new ProjectionRunner(disturbed, opened.ledger({}), { random: () => 0 })
      await deposit(store, [{ key: 'a' }])
      away.error = new StoreUnavailable('The server is being replaced.', 'anything')
      runner.start()
      while (away.asked < 25) await sleep(1)
      const during = await runner.status()
      assert.deepEqual(
        [during.state, during.lastError, during.storeError, during.head, during.lagEvents, during.deadLetters],
        ['unavailable', away.error, away.error, undefined, undefined, undefined],
      )
      away.error = undefined
      await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      while ((await runner.status()).state !== 'live') await sleep(1)
      const after = await runner.status()
      assert.deepEqual([after.lastError, after.storeError, after.lagEvents], [undefined, undefined, 0])
      await runner.stop()
      await expectFoldOfLog(opened)
    },
  },
  {
    name: 'a runner stops at once while it waits for a store that is away',
    async run(opened) {
      const { away, disturbed } = interruptible(opened.store)
      const runner = new ProjectionRunner(disturbed, opened.ledger({}))
      away.error = new StoreUnavailable('The server is being replaced.', 'anything')
      runner.start()
      while ((await runner.status()).state !== 'unavailable') await sleep(1)
      await runner.stop()
      assert.equal((await runner.status()).state, 'stopped')
    },
  },
  {
    name: 'a failure of the store that does not pass stops a projection, whose status says so',
    async run(opened) {
      const { away, disturbed } = interruptible(opened.store)
      const runner = new ProjectionRunner(disturbed, opened.ledger({}))
      away.error = new StoreFailure('The role may not.', 'anything')
      runner.start()
      while (away.asked === 0 || (await runner.status()).state === 'standby') await sleep(1)
      const { state, lastError, storeError, owns } = await runner.status()
      assert.deepEqual([state, lastError, storeError, owns], ['failed', away.error, away.error, false])
    },
  },
  ...(['dead-letter', 'skip', 'stop'] as const).map(
    (action): ProjectionTest => ({
      name: `events that find the executor closed are not to blame: they come again elsewhere (${action})`,
      async run({ store }) {
        const given: string[] = []
        const Give = defineCommand({
          name: 'Give',
          input: unchecked<{ to: string }>(),
          streams: ({ to }) => ({ account: LedgerAccount(to) }),
          handle: ({ input, account }) => {
            given.push(input.to)
            return [account.emit('Deposited', { amount: 1 })]
          },
        })
        const giving = defineReactor({
          name: 'giving',
          streams: [LedgerAccount],
          from: 'start',
          onFailure: { action, maxAttempts: 1 },
          handlers: {
            account: {
              Deposited: async ({ key }, { execute }) => {
                if (key.startsWith('gift')) return
                await execute(Give({ to: `gift-${key}` })).catch((cause: unknown) => {
                  throw new Error('nothing was given', { cause })
                })
              },
            },
          },
        })
        const closed = new CommandExecutor(store)
        await closed.close()
        const ending = new ReactorRunner(store, giving, { executor: closed })
        for (const key of ['a', 'b']) await deposit(store, [{ key }])
        ending.start()
        while (!['stopped', 'failed'].includes((await ending.status()).state)) await sleep(1)
        const { state, lastError, deadLetters, cursor } = await ending.status()
        assert.match(String(lastError), /nothing was given/)
        assert.deepEqual([state, deadLetters, cursor], ['stopped', { failed: 0, waiting: 0, skipped: 0 }, undefined])
        const executor = new CommandExecutor(store)
        const next = new ReactorRunner(store, giving, { executor })
        next.start()
        await next.waitFor({ events: await deposit(store, [{ key: 'c' }]) }, PATIENCE)
        await next.stop()
        await executor.close()
        assert.deepEqual(given, ['gift-a', 'gift-b', 'gift-c'])
      },
    }),
  ),
  {
    name: 'a projection that stands still before more events of others than one page looks at tells how old the next one is',
    async run(opened) {
      const { store } = opened
      const now = (): number => 1_764_000_003_000
      const runner = new ProjectionRunner(store, opened.ledger({}), { now })
      const others = Array.from({ length: 1_000 }, () => ({ key: 'x', kind: 'other', type: 'Noted' }))
      for (let i = 0; i < 10; i++) await deposit(store, others)
      assert.equal((await runner.status()).lagSeconds, 0, 'nothing is left to handle')
      await deposit(store, [others[0] ?? { key: 'x' }, { key: 'a' }])
      assert.equal((await runner.status()).lagSeconds, 3)
    },
  },
]

/** The same store, which answers everything that runners ask with an error, when there is one. */
function interruptible<Tx>(store: ProjectingStore<Tx>) {
  const away: { error: Error | undefined; asked: number } = { error: undefined, asked: 0 }
  const unless = async <T>(really: () => Promise<T>): Promise<T> => {
    if (away.error === undefined) return await really()
    away.asked++
    throw away.error
  }
  const { leases } = store
  const disturbed = wrapStore(store, {
    headCursor: () => unless(() => store.headCursor()),
    leases: wrapMembers<LeaseStore, LeaseStore>(leases, {
      acquire: (name, owner, durationMs) => unless(() => leases.acquire(name, owner, durationMs)),
    }),
  })
  return { away, disturbed }
}
