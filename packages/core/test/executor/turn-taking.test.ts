// What is one executor here is a process elsewhere: two that share nothing but the store.
import { CommandExecutor, StoreFailure } from 'eventcore'
import { expect, test } from 'vitest'
import { Deposit } from './fixture/account.ts'
import { HookedStore } from './fixture/hooked-store.ts'
import type { LogStore } from './fixture/log-store.ts'
import { pass, useStoppedTime } from './fixture/time.ts'

useStoppedTime()

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Calls that write take turns in the order of their arrival, as they do where rows are locked. */
class RowLock {
  #last: Promise<unknown> = Promise.resolve()

  hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}

/** Who lost hears of it later than who won: what it missed is gathered first. */
function server(lock: RowLock, shared?: LogStore): HookedStore {
  const store = new HookedStore(shared)
  store.onAppend = async (_commits, proceed) => {
    const results = await lock.hold(async () => {
      await wait(2)
      return await proceed()
    })
    if (results.some(({ status }) => status === 'conflict')) await wait(2)
    return results
  }
  return store
}

/** Keeps so many deposits to one account under way. */
function callers(store: HookedStore, count: number) {
  const executor = new CommandExecutor(store)
  const seen = { done: 0, mostAttempts: 0, failed: [] as unknown[] }
  let running = true
  const one = async (): Promise<void> => {
    while (running) {
      try {
        const { attempts } = await executor.execute(Deposit({ to: 'hot', amount: 1 }))
        seen.done++
        seen.mostAttempts = Math.max(seen.mostAttempts, attempts)
      } catch (error) {
        seen.failed.push(error)
      }
    }
  }
  const all = Promise.all(Array.from({ length: count }, one))
  return {
    seen,
    stop: async () => {
      running = false
      await pass(200)
      await all
    },
  }
}

test('two processes on one hot stream both get on, though who has written is always the first to write again', async () => {
  const lock = new RowLock()
  const first = server(lock)
  const second = server(lock, first.shared)
  const [one, other] = [callers(first, 4), callers(second, 4)]
  await pass(1_000)
  await one.stop()
  await other.stop()
  expect([...one.seen.failed, ...other.seen.failed]).toEqual([])
  const fewest = Math.min(one.seen.done, other.seen.done)
  expect(fewest / (one.seen.done + other.seen.done)).toBeGreaterThan(0.25)
  expect(Math.max(one.seen.mostAttempts, other.seen.mostAttempts)).toBeLessThan(10)
})

test('who is alone again leaves room for others a few times more, and then less and less often', async () => {
  const store = server(new RowLock())
  const rival = new CommandExecutor(store.shared)
  const executor = new CommandExecutor(store)
  await rival.execute(Deposit({ to: 'hot', amount: 1 }))
  const deposit = async (): Promise<number> => {
    const begun = performance.now()
    const outcome = executor.execute(Deposit({ to: 'hot', amount: 1 }))
    void outcome.then(() => (ended = performance.now()))
    let ended = 0
    while (ended === 0) await pass(1)
    await outcome
    return ended - begun
  }
  const alone = await deposit()
  await rival.execute(Deposit({ to: 'hot', amount: 1 }))
  await deposit()
  const waited: boolean[] = []
  for (let i = 0; i < 43; i++) waited.push((await deposit()) > alone)
  expect(waited.slice(0, 3)).toEqual([true, true, true])
  expect(waited.slice(3).filter((one) => one).length).toBeLessThanOrEqual(5)
})

test('who is refused by the store for another reason than a conflict has won nothing, and leaves no room', async () => {
  const store = server(new RowLock())
  store.onAppend = async (commits) => {
    await wait(2)
    return commits.map(() => ({ status: 'failed', error: new StoreFailure('It refuses all of them.', 'append') }))
  }
  const executor = new CommandExecutor(store)
  const times = new Set<number>()
  for (let i = 0; i < 20; i++) {
    const begun = performance.now()
    let ended = 0
    const refused = expect(executor.execute(Deposit({ to: 'hot', amount: 1 }))).rejects.toThrow(
      'It refuses all of them.',
    )
    void refused.then(() => (ended = performance.now()))
    while (ended === 0) await pass(1)
    await refused
    times.add(ended - begun)
  }
  expect([...times]).toHaveLength(1)
})
