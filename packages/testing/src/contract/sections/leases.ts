import assert from 'node:assert/strict'
import type { Lease, LeaseStore } from 'eventcore'
import { type ContractSection, contractTest, contractTestFor } from '../contract-section.ts'
import { expectRejection } from '../fixture/results.ts'
import { together } from '../fixture/together.ts'
import { UNSTORABLE } from '../fixture/unstorable.ts'
import type { Stage } from '../stage.ts'

/** Expires in no test. */
const LONG = 600_000
/** Expires as soon as a test lets time pass. */
const SHORT = 25

export const leasesSection: ContractSection = {
  name: 'leases',
  tests: [
    contractTest('a lease that nobody holds can be acquired', async ({ store }) => {
      const lease = await acquired(store.leases, 'projection', 'one', LONG)
      assert.deepEqual({ name: lease.name, owner: lease.owner }, { name: 'projection', owner: 'one' })
      assert.ok(
        Number.isSafeInteger(lease.epoch) && lease.epoch >= 1,
        `the epoch ${lease.epoch} should be a whole number, at least 1`,
      )
      assert.equal(typeof lease.expiresAt, 'number')
    }),

    contractTest(
      'names and owners that would not come back as they went are refused',
      async ({ store: { leases } }) => {
        for (const name of UNSTORABLE) {
          await expectRejection(() => leases.acquire(name, 'one', LONG), 'INVALID_OPTIONS', 'this name')
          await expectRejection(() => leases.acquire('projection', name, LONG), 'INVALID_OPTIONS', 'this owner')
        }
        await acquired(leases, 'projection', 'two', LONG)
      },
    ),

    contractTest('another owner does not get a lease that is held', async ({ store }) => {
      await acquired(store.leases, 'projection', 'one', LONG)
      assert.equal(await store.leases.acquire('projection', 'two', LONG), undefined)
    }),

    contractTest('the holder of a lease is known until it is released, or runs out', async (stage) => {
      const { leases } = stage.store
      assert.equal(await leases.holder('projection'), undefined)
      const first = await acquired(leases, 'projection', 'one', LONG)
      assert.deepEqual(await leases.holder('projection'), first)
      assert.equal(await leases.holder('another'), undefined)
      await leases.release(first)
      assert.equal(await leases.holder('projection'), undefined)
      const second = await acquired(leases, 'projection', 'two', SHORT)
      await leases.release(first)
      assert.deepEqual(await leases.renew(second, SHORT).then((lease) => lease?.owner), 'two')
      await stage.passTime(SHORT * 2)
      assert.equal(await leases.holder('projection'), undefined)
    }),

    contractTestFor('severalHandles', 'another owner does not get it through another handle either', async (stage) => {
      const other = await stage.openAnother()
      await acquired(stage.store.leases, 'projection', 'one', LONG)
      assert.equal(await other.leases.acquire('projection', 'two', LONG), undefined)
    }),

    contractTest('leases of two names are independent', async ({ store }) => {
      await acquired(store.leases, 'a', 'one', LONG)
      const other = await acquired(store.leases, 'b', 'two', LONG)
      await store.leases.release(other)
      assert.equal(await store.leases.acquire('a', 'two', LONG), undefined)
    }),

    contractTest('the owner gets its own lease again, prolonged, with the same epoch', async ({ store }) => {
      const first = await acquired(store.leases, 'projection', 'one', 60_000)
      const again = await acquired(store.leases, 'projection', 'one', LONG)
      assert.equal(again.epoch, first.epoch)
      assert.ok(again.expiresAt > first.expiresAt, 'it should expire later than before')
    }),

    contractTest('a released lease is free at once, and the next owner has a higher epoch', async ({ store }) => {
      const epochs: number[] = []
      for (const owner of ['one', 'two', 'three', 'one']) {
        const lease = await acquired(store.leases, 'projection', owner, LONG)
        epochs.push(lease.epoch)
        await store.leases.release(lease)
      }
      assertRising(epochs)
    }),

    contractTest(
      'an expired lease can be taken over with a higher epoch, and the late owner is refused',
      async (stage) => {
        const { leases } = stage.store
        const late = await acquired(leases, 'projection', 'one', SHORT)
        const taken = await takenOver(stage, 'projection', 'two')
        assertRising([late.epoch, taken.epoch])
        assert.equal(await leases.renew(late, LONG), undefined, 'the late owner must not get it back by renewing')
        assert.equal(await leases.acquire('projection', 'one', LONG), undefined)
      },
    ),

    contractTest('releasing a lease that another has taken over leaves it alone', async (stage) => {
      const { leases } = stage.store
      const late = await acquired(leases, 'projection', 'one', SHORT)
      const taken = await takenOver(stage, 'projection', 'two')
      await leases.release(late)
      assert.equal(await leases.acquire('projection', 'three', LONG), undefined, 'it is still held')
      assert.equal((await leases.renew(taken, LONG))?.epoch, taken.epoch)
    }),

    contractTest('renewing prolongs from now and keeps the epoch', async ({ store }) => {
      const lease = await acquired(store.leases, 'projection', 'one', 60_000)
      const renewed = await store.leases.renew(lease, LONG)
      assert.ok(renewed !== undefined, 'a lease that is held can be renewed')
      assert.deepEqual([renewed.name, renewed.owner, renewed.epoch], [lease.name, lease.owner, lease.epoch])
      assert.ok(renewed.expiresAt > lease.expiresAt, 'it should expire later than before')
    }),

    contractTest('a renewed lease is held beyond its first end', async (stage) => {
      const { leases } = stage.store
      const lease = await acquired(leases, 'projection', 'one', SHORT)
      assert.ok((await leases.renew(lease, LONG)) !== undefined)
      await stage.passTime(SHORT * 2)
      assert.equal(await leases.acquire('projection', 'two', LONG), undefined)
    }),

    contractTest('an expired lease that nobody took can be renewed', async (stage) => {
      const { leases } = stage.store
      const lease = await acquired(leases, 'projection', 'one', SHORT)
      await stage.passTime(SHORT * 2)
      assert.equal((await leases.renew(lease, LONG))?.epoch, lease.epoch)
      assert.equal(await leases.acquire('projection', 'two', LONG), undefined)
    }),

    contractTest('a released lease cannot be renewed, and releasing twice is fine', async ({ store }) => {
      const lease = await acquired(store.leases, 'projection', 'one', LONG)
      await store.leases.release(lease)
      await store.leases.release(lease)
      assert.equal(await store.leases.renew(lease, LONG), undefined)
    }),

    contractTest('of 20 owners at once exactly one gets it', async (stage) => {
      const handles = await stage.handles(20)
      const answers = await together(handles.map(({ leases }, i) => leases.acquire('projection', `owner-${i}`, LONG)))
      assert.equal(answers.filter((lease) => lease !== undefined).length, 1)
    }),

    contractTestFor(
      'reopen',
      'the epoch of a lease does not step back when the store is opened again',
      async (stage) => {
        const first = await acquired(stage.store.leases, 'projection', 'one', LONG)
        await stage.store.leases.release(first)
        const second = await acquired(stage.store.leases, 'projection', 'two', LONG)
        await stage.store.leases.release(second)
        const store = await stage.reopen()
        const third = await acquired(store.leases, 'projection', 'one', LONG)
        assertRising([first.epoch, second.epoch, third.epoch])
      },
    ),
  ],
}

async function acquired(leases: LeaseStore, name: string, owner: string, durationMs: number): Promise<Lease> {
  const lease = await leases.acquire(name, owner, durationMs)
  assert.ok(lease !== undefined, `${owner} should get the lease "${name}"`)
  return lease
}

/** Lets time pass until the lease has expired and another owner gets it. */
async function takenOver(stage: Stage, name: string, owner: string): Promise<Lease> {
  for (let waited = 0; waited < 10_000; waited += SHORT) {
    await stage.passTime(SHORT)
    const lease = await stage.store.leases.acquire(name, owner, LONG)
    if (lease !== undefined) return lease
  }
  return assert.fail(`the lease "${name}" of ${SHORT} ms had not expired after 10 s`)
}

function assertRising(epochs: readonly number[]): void {
  for (const [i, epoch] of epochs.entries()) {
    const before = epochs[i - 1]
    assert.ok(
      before === undefined || epoch > before,
      `the epochs should rise with every change of owner, not ${epochs.join(', ')}`,
    )
  }
}
