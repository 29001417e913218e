import { expect, test } from 'vitest'
import { runMany } from './model/run-many.ts'

const numRuns = Number(process.env.EVENTCORE_RUNS ?? 100)

test('random mixes of commands equal executing them one at a time', { timeout: 120_000 }, async () => {
  const told = await runMany(numRuns, [0])
  for (const what of ['committed', 'empty', 'rejected', 'repeated', 'HANDLER_FAILED', 'COMMAND_ABORTED', 'retries'])
    expect(told[what], what).toBeGreaterThan(10)
})

test('they do so too when calls of the store fail, lose their answers, or land late', {
  timeout: 120_000,
}, async () => {
  const told = await runMany(numRuns, [5, 20])
  for (const what of ['committed', 'empty', 'rejected', 'repeated', 'retries'])
    expect(told[what], what).toBeGreaterThan(10)
})
