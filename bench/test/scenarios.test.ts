import { expect, test } from 'vitest'
import { addTallies, NOTHING } from '../src/harness/audit.ts'
import type { Task } from '../src/harness/task.ts'
import { SCENARIOS } from '../src/scenarios/catalogue.ts'
import { openStore, type StoreName } from '../src/stores/open-store.ts'
import { openPlace } from './fixture/open-place.ts'

/** Small, and yet more than one page of nothing. */
const PARAMETERS: Readonly<Record<string, number>> = {
  append: 3,
  read: 10,
  streams: 5,
  history: 20,
  stored: 1,
  delivery: 3,
  'pool-saturation': 2,
}

async function smoke(name: string, store: StoreName, cached = true): Promise<void> {
  const scenario = SCENARIOS.get(name)
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`)
  const task: Task = {
    subject: store,
    scenario: name,
    inFlight: name === 'delivery' ? 1 : 8,
    cached,
    seconds: 0.03,
    // Else up to 40,000 commands are executed before each scenario that is tried.
    longestWarmUpMs: 50,
    seed: 1,
    process: 0,
    processes: 1,
    parameter: PARAMETERS[name] ?? 1_000,
    ...(await openPlace(store)),
  }
  const opened = await openStore(store, { ...task, maxConnections: scenario.connections?.(task) })
  try {
    const prepared = await scenario.prepare(opened, task)
    const warmed = (await prepared.warmUp?.()) ?? NOTHING
    const measured = await prepared.measure()
    expect(measured.operations).toBeGreaterThan(0)
    const verdict = await prepared.check(addTallies(addTallies(prepared.opened, warmed), measured.acknowledged))
    expect(verdict.acknowledged).toBeGreaterThan(0)
  } finally {
    await opened.close()
  }
}

// A process that starts again finds nothing in memory.
const inMemory = [...SCENARIOS.keys()].filter((name) => name !== 'cold-start')

test.each(inMemory)('%s measures and holds its own audit, in memory', { timeout: 20_000 }, (name) =>
  smoke(name, 'memory'),
)

test.each(['deposit', 'contention', 'append', 'read', 'import', 'delivery', 'projection', 'rebuild', 'cold-start'])(
  '%s measures and holds its own audit, on a file',
  { timeout: 20_000 },
  (name) => smoke(name, 'sqlite'),
)

test.each(['contention', 'discovery', 'pool-saturation', 'delivery', 'projection', 'rebuild'])(
  '%s measures and holds its own audit, on a server',
  { timeout: 30_000 },
  (name) => smoke(name, 'postgres'),
)

test('a command that caches nothing reads its streams', { timeout: 20_000 }, () => smoke('zipf', 'sqlite', false))
