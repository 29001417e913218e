import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  asCursor,
  defineReactor,
  type LeaseStore,
  type ProjectingStore,
  ReactorRunner,
  type ReactorSpecification,
} from 'eventcore'
import { wrapMembers, wrapStore } from '../wrapping/wrap-store.ts'
import { deposit, type LedgerEvent, PATIENCE } from './open-projections.ts'
import type { ProjectionTest } from './projection-test.ts'
import { LedgerAccount } from './sql-ledger.ts'

type Streams = readonly [typeof LedgerAccount]

const reactor = (
  handler: (event: LedgerEvent) => unknown,
  about: Pick<ReactorSpecification<Streams>, 'from' | 'onFailure'> = {},
) =>
  defineReactor({
    name: 'reactor',
    streams: [LedgerAccount],
    handlers: { account: { Deposited: async (event) => void (await handler(event)) } },
    ...about,
  })

/** Handlers of reactors see no transaction, whatever the store's are. */
const runnerOn = <Tx>(store: ProjectingStore<Tx>, ...about: Parameters<typeof reactor>) =>
  new ReactorRunner(store as ProjectingStore<unknown>, reactor(...about), { leaseMs: 2_000 })

const until = async (condition: () => unknown): Promise<void> => {
  for (let i = 0; i < 3_000 && !(await condition()); i++) await sleep(10)
  assert.ok(await condition(), 'it does not come')
}

export const reactorTests: readonly ProjectionTest[] = [
  {
    name: 'reactor: "now" is remembered where it was the beginning of an empty store',
    async run({ store }) {
      const seen: number[] = []
      const handler = ({ data }: LedgerEvent): void => void seen.push(data.amount)
      const first = runnerOn(store, handler)
      first.start()
      await until(async () => (await first.status()).state === 'live')
      await first.stop()
      const [position] = await deposit(store, [{ key: 'a', amount: 1 }])
      assert.ok(position)
      const second = runnerOn(store, handler)
      await assert.rejects(second.waitFor(position.position, { timeoutMs: 20 }), { code: 'PROJECTION_WAIT_TIMEOUT' })
      assert.equal((await second.status()).lagEvents, 1)
      second.start()
      await second.waitFor({ events: await deposit(store, [{ key: 'a', amount: 2 }]) }, PATIENCE)
      await second.stop()
      assert.deepEqual(seen, [1, 2])
    },
  },
  {
    name: 'reactor: a beginning that is not in the feed is refused, and is not in the way of the right one',
    async run({ store }) {
      const seen: number[] = []
      const handler = ({ data }: LedgerEvent): void => void seen.push(data.amount)
      await deposit(store, [{ key: 'a', amount: 1 }])
      const from = await store.headCursor()
      const outcome = { events: await deposit(store, [{ key: 'a', amount: 2 }]) }
      assert.ok(from)
      const wrong = runnerOn(store, handler, { from: asCursor('nonsense') })
      wrong.start()
      await assert.rejects(wrong.waitFor(outcome, PATIENCE), { code: 'PROJECTION_HALTED' })
      const { state, lastError } = await wrong.status()
      assert.deepEqual([state, (lastError as { code?: unknown }).code], ['failed', 'INVALID_CURSOR'])
      await wrong.stop()
      const right = runnerOn(store, handler, { from })
      right.start()
      await right.waitFor(outcome, PATIENCE)
      await right.stop()
      assert.deepEqual(seen, [2])
    },
  },
  {
    name: 'reactor: an owner that is told that its lease is gone begins no further event of its page',
    async run({ store }) {
      for (let i = 1; i <= 5; i++) await deposit(store, [{ key: 'a', amount: i }])
      const { leases } = store
      const told = Promise.withResolvers<void>()
      let taken = false
      const lost = wrapStore(store, {
        leases: wrapMembers<LeaseStore, LeaseStore>(leases, {
          acquire: async (...lease) => (taken ? undefined : await leases.acquire(...lease)),
          // In the background, while the first event is handled.
          renew: async () => {
            taken = true
            told.resolve()
            return undefined
          },
        }),
      })
      const seen: number[] = []
      const handler = async ({ data }: LedgerEvent): Promise<void> => {
        seen.push(data.amount)
        await told.promise
      }
      const runner = runnerOn(lost, handler, { from: 'start' })
      runner.start()
      await told.promise
      await until(async () => (await runner.status()).state === 'standby' || seen.length === 5)
      assert.deepEqual(seen, [1])
      await runner.stop()
      assert.deepEqual(seen, [1])
    },
  },
  {
    name: 'reactor: what is parked while letters are retried is retried with them, and the stream flows again',
    async run({ store }) {
      const seen: number[] = []
      let retried: PromiseWithResolvers<void> | undefined
      let parked: Promise<unknown> | undefined
      const handler = async ({ data }: LedgerEvent): Promise<void> => {
        if (retried === undefined) throw new Error('not yet')
        if (data.amount === 1) {
          retried.resolve()
          await parked
        }
        seen.push(data.amount)
      }
      const runner = runnerOn(store, handler, { from: 'start', onFailure: { action: 'dead-letter', maxAttempts: 1 } })
      runner.start()
      const first = { events: await deposit(store, [{ key: 'a', amount: 1 }]) }
      await assert.rejects(runner.waitFor(first, PATIENCE), { code: 'EVENT_PARKED' })
      retried = Promise.withResolvers<void>()
      const parking = Promise.withResolvers<void>()
      parked = parking.promise
      const retrying = runner.deadLetters.retry()
      await retried.promise
      const second = { events: await deposit(store, [{ key: 'a', amount: 2 }]) }
      await assert.rejects(runner.waitFor(second, PATIENCE), { code: 'EVENT_PARKED', reason: 'waiting' })
      parking.resolve()
      const { handled, errors } = await retrying
      assert.deepEqual([handled, errors.size], [2, 0])
      await runner.waitFor({ events: await deposit(store, [{ key: 'a', amount: 3 }]) }, PATIENCE)
      await runner.stop()
      assert.deepEqual(seen, [1, 2, 3])
      assert.deepEqual(await runner.deadLetters.list(), [])
    },
  },
  {
    name: 'reactor: what is parked in a page while its stream begins to flow again is handled with the page',
    async run({ store }) {
      const seen: string[] = []
      const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      let broken = true
      const handler = async ({ stream, version }: LedgerEvent): Promise<void> => {
        if (broken) throw new Error('not yet')
        if (stream === 'account/b') {
          begun.resolve()
          await mayEnd.promise
        }
        seen.push(`${stream} ${version}`)
      }
      const runner = runnerOn(store, handler, { from: 'start', onFailure: { action: 'dead-letter', maxAttempts: 1 } })
      runner.start()
      const first = { events: await deposit(store, [{ key: 'a' }]) }
      await assert.rejects(runner.waitFor(first, PATIENCE), { code: 'EVENT_PARKED' })
      broken = false
      const second = { events: await deposit(store, [{ key: 'a' }, { key: 'b' }]) }
      await begun.promise
      assert.equal((await runner.deadLetters.retry()).handled, 1)
      mayEnd.resolve()
      await runner.waitFor(second, PATIENCE)
      await runner.waitFor({ events: await deposit(store, [{ key: 'a' }]) }, PATIENCE)
      await runner.stop()
      assert.deepEqual(seen, ['account/a 1', 'account/b 1', 'account/a 2', 'account/a 3'])
      assert.deepEqual(await runner.deadLetters.list(), [])
    },
  },
]
