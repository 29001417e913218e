import { expect, test } from 'vitest'
import { SeededRandom } from '../src/workload/seeded-random.ts'
import { killWorkers } from './killed/kill-workers.ts'

test.each(['store', 'executor'] as const)(
  '100 processes killed in the middle of their work lose and tear nothing: SQLite through the %s',
  async (through) => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const verdict = await killWorkers(new SeededRandom(seed), 100, through)
    expect(verdict.ok, `seed ${seed}. ${verdict.explain()}`).toBe(true)
    // Both must have been seen: a commit that nobody was told of, and a call that left nothing.
    expect(verdict.statistics.unknownCommitted, `seed ${seed}`).toBeGreaterThan(0)
    expect(verdict.statistics.unknownAbsent, `seed ${seed}`).toBeGreaterThan(0)
  },
  600_000,
)
