import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { EXECUTOR_MUTANTS } from './mutants/executor/executor-mutants.ts'
import type { Found } from './mutants/executor/race.ts'

const program = fileURLToPath(new URL('./mutants/executor/race-mutant.ts', import.meta.url))

/** In a process of its own, in which the source of the executor is another one. */
async function raceIn(fault: string): Promise<Found> {
  const args = [...process.execArgv, '--conditions=eventcore-source', program, fault]
  const { stdout } = await promisify(execFile)(process.execPath, args, { encoding: 'utf8' })
  return JSON.parse(stdout) as Found // what the program prints
}

test('the executor as it is passes, answers lost and late', async () => {
  const { anomalies, explanation } = await raceIn('')
  expect(anomalies, explanation).toEqual([])
}, 120_000)

describe('races find an executor in which', () => {
  test.each(EXECUTOR_MUTANTS.map(({ fault, workload }) => [fault, workload]))(
    '%s (%s)',
    async (fault) => {
      const { anomalies, explanation } = await raceIn(fault)
      expect(anomalies, `The mutant lives. ${explanation}`).not.toEqual([])
    },
    120_000,
  )
})
