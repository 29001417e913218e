import { expect, it } from 'vitest'
import { crowdPool } from './support/crowded-pool.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

it('a pool of two connections serves 200 commands with nested ones, twenty times, and none waits for itself', async () => {
  const url = await stage.database()
  const longest: number[] = []
  const longestNested: number[] = []
  for (let round = 0; round < 20; round++) {
    const store = await stage.store({ url, maxConnections: 2, schema: `round_${round}` })
    const { committed, booked, longestMs, longestNestedMs } = await crowdPool(store, 200)
    expect([committed, booked]).toEqual([200, 200])
    longest.push(longestMs)
    longestNested.push(longestNestedMs)
    await store.close()
  }
  process.stdout.write(
    `20 times 200 commands on 2 connections, none deadlocked: longest wait of one ${JSON.stringify(longest)} ms, of a nested one ${JSON.stringify(longestNested)} ms\n`,
  )
})
