import type { EventStore } from 'eventcore'
import type fc from 'fast-check'
import { wrapStore } from '../wrapping/wrap-store.ts'

/** What is used of fast-check's scheduler. */
export type CallScheduler = Pick<fc.Scheduler, 'schedule' | 'count' | 'waitNext'>

/**
 * The same store, whose calls go ahead when the scheduler says so: each waits once before it reaches the store, and once more
 * before its answer comes back. What happens in between, in which order, is then the scheduler's choice, and nobody else's:
 * a race that was lost once is lost again with the same seed.
 */
export function scheduledStore<Store extends EventStore>(
  store: Store,
  scheduler: CallScheduler,
  name = 'store',
): Store {
  let calls = 0
  const scheduled = async <Result>(operation: string, call: () => Promise<Result>): Promise<Result> => {
    const label = `${name}: ${operation} ${++calls}`
    await scheduler.schedule(Promise.resolve(), label)
    const answer = await settled(call)
    await scheduler.schedule(Promise.resolve(), `${label} answered`)
    return answer()
  }
  return wrapStore<Store>(store, {
    read: (reads, options) => scheduled('read', () => store.read(reads, options)),
    append: (commits) => scheduled('append', () => store.append(commits)),
    findCommits: (commandIds) => scheduled('findCommits', () => store.findCommits(commandIds)),
    readFeed: (query) => scheduled('readFeed', () => store.readFeed(query)),
    headCursor: () => scheduled('headCursor', () => store.headCursor()),
    readStream: (stream, query) => scheduled('readStream', () => store.readStream(stream, query)),
    listStreams: (query) => scheduled('listStreams', () => store.listStreams(query)),
  })
}

/** A failure, too, is an answer that takes its time. */
async function settled<Result>(call: () => Promise<Result>): Promise<() => Result> {
  try {
    const result = await call()
    return () => result
  } catch (error) {
    return () => {
      throw error
    }
  }
}

/** Turns of the event loop until everything has gone as far as it goes by itself. An executor waits one before it sends a batch. */
const TURNS = 3

/** So many turns in a row in which nothing was scheduled, although the work is not done: then it waits for something else. */
const IDLE_TURNS = 1_000

/**
 * Lets the scheduler choose, call after call, until the work is done. Between two choices everything goes as far as it goes without
 * a choice, so that every choice is between all calls that could come next.
 *
 * Time must not play a part: give executors `random: () => 0`, so that retries wait for nobody.
 */
export async function interleave<Result>(
  scheduler: Pick<CallScheduler, 'count' | 'waitNext'>,
  work: Promise<Result>,
): Promise<Result> {
  let done = false
  const end = (): void => {
    done = true
  }
  work.then(end, end)
  for (let idle = 0; ; ) {
    for (let turns = 0; turns < TURNS; turns++) await turn()
    if (done) return await work
    if (scheduler.count() > 0) {
      idle = 0
      await scheduler.waitNext(1)
    } else if (++idle > IDLE_TURNS)
      throw new Error('No call waits for its turn, and the work is not done: it waits for a timer, or for ever.')
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
