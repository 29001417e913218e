import { MemoryEventStore } from '@eventcore/memory'
import { wrapStore } from '@eventcore/testing'
import { readEvents, StoreFailure, StoreUnavailable, type Subscription, subscribe } from 'eventcore'
import { expect, test, vi } from 'vitest'
import { deposited, write } from './ledger.ts'

/** A store with some events that answers nothing for as long as `away.error` is set. */
async function interruptible() {
  const memory = new MemoryEventStore()
  const away: { error: Error | undefined; asked: number } = { error: undefined, asked: 0 }
  const store = wrapStore(memory, {
    readFeed: async (query) => {
      if (away.error === undefined) return await memory.readFeed(query)
      away.asked++
      throw away.error
    },
  })
  for (let i = 1; i <= 3; i++) await write(memory, deposited('alice', i))
  return { away, store, memory }
}

const unavailable = new StoreUnavailable('The server is being replaced.', 'readFeed')

/** The versions of the events that came, into a list that grows. */
async function follow(subscription: Subscription<{ readonly version: number }>, seen: number[] = []) {
  for await (const { version } of subscription) seen.push(version)
  return seen
}

/** Without jitter there are no pauses. */
const withoutPauses = async <T>(work: () => Promise<T>): Promise<T> => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0)
  try {
    return await work()
  } finally {
    random.mockRestore()
  }
}

test('a subscription outlives a store that is away, tells so meanwhile, and leaves nothing out', () =>
  withoutPauses(async () => {
    const { away, store, memory } = await interruptible()
    const controller = new AbortController()
    const subscription = subscribe(store, { signal: controller.signal })
    const seen: number[] = []
    away.error = unavailable
    const following = follow(subscription, seen)
    await expect.poll(() => away.asked).toBeGreaterThan(25)
    expect(subscription.unavailable).toBe(unavailable)
    away.error = undefined
    await write(memory, deposited('alice', 4))
    await expect.poll(() => seen).toEqual([1, 2, 3, 4])
    expect(subscription.unavailable).toBeUndefined()
    controller.abort()
    await following
  }))

test('one that waits for the store ends at once, without an error, when it is aborted', async () => {
  const { away, store } = await interruptible()
  const controller = new AbortController()
  away.error = unavailable
  const following = follow(subscribe(store, { signal: controller.signal }))
  await expect.poll(() => away.asked).toBeGreaterThan(3)
  controller.abort()
  const asked = away.asked
  expect(await following).toEqual([])
  expect(away.asked).toBe(asked)
})

test.each([
  ['subscribe', (store: MemoryEventStore) => subscribe(store, { unavailableMs: 20 })],
  ['readEvents', (store: MemoryEventStore) => readEvents(store, { unavailableMs: 20 })],
])('%s with a limit ends with the error of the store when that is away for longer', async (_, open) => {
  const { away, store } = await interruptible()
  away.error = unavailable
  await expect(follow(open(store))).rejects.toBe(unavailable)
})

test('a failure of the store that does not pass ends it at once', async () => {
  const { away, store } = await interruptible()
  away.error = new StoreFailure('The role may not.', 'readFeed')
  await expect(follow(subscribe(store))).rejects.toBe(away.error)
  expect(away.asked).toBe(1)
})
