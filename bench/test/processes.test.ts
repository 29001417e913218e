import { expect, test } from 'vitest'
import { runTask } from '../src/harness/run-task.ts'
import type { Task } from '../src/harness/task.ts'
import { openPlace } from './fixture/open-place.ts'

const program = new URL('../src/measuring-process.ts', import.meta.url)
const nothing = {
  serverCpu: async () => undefined,
  walBytes: async () => undefined,
  storedBytes: async () => 1_000_000,
}

const taskOn = async (scenario: string, processes: number): Promise<Task> => ({
  subject: 'sqlite-normal',
  scenario,
  inFlight: 4,
  cached: true,
  seconds: 0.1,
  longestWarmUpMs: 50,
  seed: 1,
  process: 0,
  processes,
  ...(await openPlace('sqlite-normal')),
})

test('two processes on one file are measured together, and audited together', { timeout: 30_000 }, async () => {
  const sample = await runTask(program, await taskOn('contention', 2), nothing)
  expect(sample.verdict).toMatchObject({ lost: 0, surplus: 0, oversold: 0, moneyOff: 0 })
  expect(sample.perSecond).toBeGreaterThan(0)
  expect(sample.clientCpu).toBeGreaterThan(0)
  expect(sample.bytesPerEvent).toBeGreaterThan(0)
})

test('what goes wrong in a process is told to the one that started it', { timeout: 30_000 }, async () => {
  await expect(runTask(program, await taskOn('no such', 1), nothing)).rejects.toThrow(/no scenario "no such"/)
})
