import { expect, test } from 'vitest'
import { raceReaders } from './racing-readers.ts'
import { openRacingStores } from './racing-stores.ts'

const EVENTS = 100_000
const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)

for (const [name, open] of Object.entries(openRacingStores)) {
  test(`of ${EVENTS} events by 16 writers on ${name}, three readers that join at random times miss none`, async () => {
    const { stores, close } = await open()
    try {
      const { rolledBack, ...report } = await raceReaders(stores, { commits: EVENTS / 2, readers: 3, seed })
      expect(report, `seed ${seed}`).toEqual({ committed: EVENTS, missed: 0, wrong: 0, unordered: 0 })
      expect(rolledBack).toBeGreaterThan(EVENTS / 40)
    } finally {
      await close()
    }
  }, 1_800_000)
}
