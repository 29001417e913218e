import { describe, expect, test } from 'vitest'
import { raceReaders } from './racing-readers.ts'
import { openRacingStores } from './racing-stores.ts'
import { followWith, WRONG_CURSORS } from './wrong-cursors.ts'

const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)

/** How often a wrong cursor may get through before the test says that it lives. */
const ROUNDS = 8
const COMMITS = 800

async function race(kind: keyof typeof openRacingStores, query?: string) {
  const { stores, url = '', close } = await openRacingStores[kind]()
  try {
    const wrong = query === undefined ? {} : { reader: followWith(url, query), patienceMs: 500 }
    return await raceReaders(stores, { commits: COMMITS, readers: 3, seed, ...wrong })
  } finally {
    await close()
  }
}

describe('with 16 writers, random pauses and rollbacks', () => {
  test.each(['memory', 'sqlite', 'postgres'] as const)(
    'readers of %s miss nothing',
    async (kind) => {
      const { rolledBack, ...report } = await race(kind)
      expect(report, `seed ${seed}`).toEqual({ committed: COMMITS * 2, missed: 0, wrong: 0, unordered: 0 })
      expect(rolledBack).toBeGreaterThan(COMMITS / 40)
    },
    60_000,
  )

  test.each(Object.entries(WRONG_CURSORS))(
    'readers that follow by "%s" are found out',
    async (_, query) => {
      for (let round = 0; round < ROUNDS; round++) {
        const { missed, wrong } = await race('postgres', query)
        // The third one misses nothing, and breaks no stream's order where all appends are checked: it has an order of its own.
        if (query.includes('order by e.position') ? missed > 0 : wrong > 0) return
      }
      expect.fail(`seed ${seed}: it lives`)
    },
    120_000,
  )
})
