import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runInLanes } from '../src/run/lanes.ts'

async function* numbers(count: number, onRead: (n: number) => void = () => {}): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) {
    onRead(n)
    yield n
  }
}

test('rows of one lane are executed one after the other in their order, others at once', async () => {
  const done: number[] = []
  const running = new Set<number>()
  let most = 0
  await runInLanes(numbers(300), {
    concurrency: 8,
    laneOf: (n) => String(n % 10),
    execute: async (n) => {
      expect([...running].some((other) => other % 10 === n % 10)).toBe(false)
      running.add(n)
      most = Math.max(most, running.size)
      await sleep((n * 7) % 3)
      running.delete(n)
      done.push(n)
    },
  })
  expect(most).toBe(8)
  expect(done).toHaveLength(300)
  for (let lane = 0; lane < 10; lane++) {
    const ofLane = done.filter((n) => n % 10 === lane)
    expect(ofLane).toEqual([...ofLane].sort((a, b) => a - b))
  }
})

test.each([
  ['one lane for all', () => 'all'],
  ['a lane for each', String],
])('no more is read than there is room for: %s', async (_, laneOf) => {
  let read = 0
  let proceed: () => void = () => {}
  const stuck = new Promise<void>((resolve) => {
    proceed = resolve
  })
  const run = runInLanes(
    numbers(10_000, (n) => (read = n + 1)),
    { concurrency: 4, laneOf, execute: () => stuck },
  )
  await sleep(20)
  // 4 under way, and 16 that wait for each of them.
  expect(read).toBeLessThanOrEqual(4 + 4 * 16 + 1)
  proceed()
  await run
  expect(read).toBe(10_000)
})

test('after a failure no row is begun, those under way are awaited, and the first error is thrown', async () => {
  const begun: number[] = []
  let ended = 0
  const run = runInLanes(numbers(1_000), {
    concurrency: 4,
    laneOf: (n) => String(n % 6),
    execute: async (n) => {
      begun.push(n)
      await sleep(2)
      ended++
      if (n >= 10) throw new Error(`row ${n}`)
    },
  })
  await expect(run).rejects.toThrow('row 1')
  expect(ended).toBe(begun.length)
  expect(begun.length).toBeLessThan(20)
})

test('when the input fails, what was read before is executed to the end', async () => {
  const done: number[] = []
  async function* broken(): AsyncGenerator<number> {
    yield* numbers(40)
    throw new Error('line 41')
  }
  const run = runInLanes(broken(), {
    concurrency: 3,
    laneOf: (n) => String(n % 2),
    execute: async (n) => {
      await sleep(1)
      done.push(n)
    },
  })
  await expect(run).rejects.toThrow('line 41')
  expect(done).toHaveLength(40)
})
