import { afterAll, expect, test } from 'vitest'
import { dropDatabases } from '../support/postgres-database.ts'
import { killProjecting } from './kill-projecting.ts'

const KILLS = 20
const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)

test(`a projecting process is killed ${KILLS} times: the read model is the fold of the log up to its checkpoint`, async () => {
  const report = await killProjecting(KILLS, seed)
  const about = `seed ${seed}, ${JSON.stringify(report)}`
  expect(report.wrong, about).toBe(0)
  // The kills hit work under way, and it got on.
  expect(report.moved, about).toBeGreaterThan(KILLS / 4)
}, 120_000)

afterAll(dropDatabases)
