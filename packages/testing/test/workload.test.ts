import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryEventStore } from '@eventcore/memory'
import { type EventStore, StoreUnavailable } from 'eventcore'
import { expect, test } from 'vitest'
import { HistoryRecorder } from '../src/checker/history-recorder.ts'
import { readHistory } from '../src/checker/read-history.ts'
import { raceAndCheck, runWorkload } from '../src/workload/run-workload.ts'
import type { Workload } from '../src/workload/workload.ts'
import { workloads } from '../src/workload/workloads.ts'

const check = { witness: 'commits-and-queries' } as const
const names = Object.keys(workloads) as (keyof typeof workloads)[] // the literal's own keys
const make = (name: keyof typeof workloads): Workload =>
  name === 'bulk' ? workloads.bulk({ events: 500 }) : workloads[name]()

test.each(names)('the memory store is consistent: %s', async (name) => {
  const run = await raceAndCheck(new MemoryEventStore(), make(name), { commands: 2_000, check })
  expect(run.ok, run.explain()).toBe(true)
  // A race in which nobody ever met proves nothing; where nobody shares anything, nobody may meet.
  if (name === 'unrelated') expect(run.conflicts, run.explain()).toBe(0)
  else expect(run.retried, run.explain()).toBeGreaterThan(10)
})

test('the same seed plans the same commands', async () => {
  const planned = async (seed: number) => {
    const store = new MemoryEventStore()
    // One client without pauses: nothing is left to timing.
    const { history } = await runWorkload(store, workloads.hotSet(), { seed, clients: 1, pauses: false, commands: 50 })
    return history.calls.map(({ reads, writes }) => [reads.map((r) => r.stream), writes.map((w) => w.stream)])
  }
  expect(await planned(7)).toEqual(await planned(7))
  expect(await planned(7)).not.toEqual(await planned(8))
})

test('an error that is definite and passing is tried again, one that is unknown is resolved under the same id', async () => {
  const inner = new MemoryEventStore()
  let calls = 0
  const store: EventStore = Object.create(inner, {
    append: {
      value: async (commits: Parameters<EventStore['append']>[0]) => {
        calls++
        if (calls % 5 === 0) throw new StoreUnavailable('Busy.', 'append')
        const results = await inner.append(commits)
        if (calls % 7 === 0) throw Object.assign(new Error('cut'), { code: 'COMMIT_OUTCOME_UNKNOWN' })
        return results
      },
    },
    // Methods of the real store work on its private fields.
    ...Object.fromEntries(
      (['read', 'readFeed', 'waitForEvents'] as const).map((name) => [name, { value: inner[name].bind(inner) }]),
    ),
  })
  const run = await raceAndCheck(store, workloads.bank(), { commands: 500, check })
  expect(run.ok, run.explain()).toBe(true)
  expect(run.unknown + run.failed).toBe(0)
  expect(run.mostAttempts).toBeGreaterThan(1)
})

test('whoever never gets through fails in the end, and nothing of it is there', async () => {
  const run = await raceAndCheck(new MemoryEventStore(), workloads.ring(), { commands: 300, maxAttempts: 1, check })
  expect(run.failed).toBeGreaterThan(0)
  expect(run.verdict.statistics.failed).toBe(run.failed)
  expect(run.ok, run.explain()).toBe(true)
})

test('an error that no store should throw ends the run: it is a defect, not a failed command', async () => {
  const broken: Workload = {
    name: 'broken',
    plan: () => ({
      name: 'Broken',
      // biome-ignore lint/correctness/useYield: it never comes to that
      *decide() {
        throw new TypeError('defect')
      },
    }),
  }
  await expect(runWorkload(new MemoryEventStore(), broken)).rejects.toThrow('defect')
})

test('a run recorded to a file gives the same verdict', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'eventcore-workload-'))
  try {
    const path = join(directory, 'history.jsonl')
    const recorder = new HistoryRecorder({ path })
    const run = await raceAndCheck(new MemoryEventStore(), workloads.hotSet(), { commands: 300, recorder, check })
    recorder.close()
    expect(run.ok, run.explain()).toBe(true)
    expect(readHistory(path)).toEqual(run.history)
    expect(run.history.calls).toHaveLength(300)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
