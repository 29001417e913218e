import { expect, test } from 'vitest'
import { SeededRandom } from '../src/workload/seeded-random.ts'
import { killWorkers } from './killed/kill-workers.ts'

test.each(['store', 'executor'] as const)(
  'processes killed in the middle of their work lose and tear nothing: SQLite through the %s',
  async (through) => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const verdict = await killWorkers(new SeededRandom(seed), 4, through)
    const { committed, unknownCommitted, unknownAbsent } = verdict.statistics
    expect(verdict.ok, `seed ${seed}. ${verdict.explain()}`).toBe(true)
    expect(committed, `seed ${seed}`).toBeGreaterThan(20)
    // Each kill leaves calls behind whose clients never heard of their outcome.
    expect(unknownCommitted + unknownAbsent, `seed ${seed}`).toBeGreaterThan(4)
  },
  60_000,
)
