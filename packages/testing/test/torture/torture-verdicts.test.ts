import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MemoryEventStore } from '@eventcore/memory'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { explainReport } from '../../src/torture/explain-report.ts'
import type { Fault, Scene } from '../../src/torture/faults/fault.ts'
import { strikeUntilOver } from '../../src/torture/faults/strikes.ts'
import { torture } from '../../src/torture/torture.ts'
import { SeededRandom } from '../../src/workload/seeded-random.ts'
import { createSharedLog } from '../contract/shared-log.ts'
import { ChecksReadStreamsUnlocked } from '../mutants/racing.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eventcore-torture-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const SHORT = { seconds: 2, roundSeconds: 1, processes: 2, extraRounds: 0 } as const
const PATIENCE_MS = 120_000

test(
  'a store that is opened in this process passes, its answers late, lost or given before the commit is made',
  async () => {
    const report = await torture({ ...SHORT, store: () => new MemoryEventStore(), directory })
    expect(
      report.rounds.every(({ ok }) => ok),
      explainReport(report),
    ).toBe(true)
    expect(report.impossible.kill).toMatch('one process')
  },
  PATIENCE_MS,
)

test(
  'a broken store fails, and its history stays',
  async () => {
    const store = () => new ChecksReadStreamsUnlocked(createSharedLog(Date.now))
    const report = await torture({ ...SHORT, seconds: 10, store, workloads: ['readDependency'], faults: [], directory })
    expect(report.ok, explainReport(report)).toBe(false)
    const broken = report.rounds.at(-1)
    expect(broken?.explanation).toContain('G2-item')
    expect(readdirSync(join(directory, `round-${broken?.name}`)).length).toBeGreaterThan(1)
    expect(JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8'))).toMatchObject({ ok: false })
  },
  PATIENCE_MS,
)

test(
  'a run that never saw a conflict fails: it proves nothing about them',
  async () => {
    const options = { ...SHORT, seconds: 1, workloads: ['unrelated'], faults: [], directory } as const
    const report = await torture({ ...options, store: 'memory:' })
    expect(report.rounds.every(({ ok }) => ok)).toBe(true)
    expect(report.ok).toBe(false)
    expect(explainReport(report)).toMatch(/never seen, although it must be: a conflict;/)
  },
  PATIENCE_MS,
)

test(
  'a fault that was asked for by name, and cannot be had, makes a run fail: it proves nothing about it',
  async () => {
    const report = await torture({ ...SHORT, seconds: 1, store: 'memory:', faults: ['kill-server'], directory })
    expect(report.rounds.every(({ ok }) => ok)).toBe(true)
    expect(report.ok).toBe(false)
    expect(explainReport(report)).toMatch(/not possible here: .*kill-server.* – it is not known where/)
    expect(explainReport(report)).toMatch(/never seen, although it must be: .*fault kill-server/)
  },
  PATIENCE_MS,
)

test(
  'a store of somebody else is opened in each process by a module',
  async () => {
    const module = fileURLToPath(new URL('./own-store.ts', import.meta.url))
    const report = await torture({
      ...SHORT,
      seconds: 3,
      roundSeconds: 3,
      store: { module },
      faults: ['kill', 'pause'],
      directory,
    })
    for (const { name } of report.rounds)
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(tmpdir(), `torture_${name}.db${suffix}`), { force: true })
    expect(
      report.rounds.every(({ ok }) => ok),
      explainReport(report),
    ).toBe(true)
    expect(report.rounds.some(({ strikes }) => (strikes.kill ?? 0) > 0)).toBe(true)
    expect(existsSync(join(directory, 'report.json'))).toBe(true)
  },
  PATIENCE_MS,
)

test('the same seed gives the same faults in the same order, every kind of a lane before any comes again', async () => {
  const struck = async (seed: number): Promise<string[]> => {
    const over = new AbortController()
    const order: string[] = []
    const faults = (['kill', 'pause', 'io-error'] as const).map((kind): Fault => {
      return {
        kind,
        summary: '',
        lane: 'process',
        pauseMs: 2,
        strike: async (_, random) => {
          order.push(`${kind} ${random.below(1_000_000)}`)
          if (order.length === 12) over.abort()
          return true
        },
      }
    })
    // These faults look at nothing of it.
    const scene = { over: over.signal } as Scene
    await strikeUntilOver(faults, scene, new SeededRandom(seed), {})
    return order
  }
  const order = await struck(7)
  expect(await struck(7)).toEqual(order)
  expect(await struck(8)).not.toEqual(order)
  for (let i = 0; i < order.length; i += 3)
    expect(new Set(order.slice(i, i + 3).map((one) => one.split(' ')[0])).size).toBe(3)
})
