import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { SqliteEventStore } from '@eventcore/sqlite'
import { expect, test } from 'vitest'
import { SeededRandom } from '../../../src/checker/index.ts'
import { whyNoSystemCallFaults } from '../../../src/torture/faults/system-call-faults.ts'
import { DiskModel } from './disk-model.ts'
import { readTrace, TRACE_OPTIONS } from './read-trace.ts'

const program = fileURLToPath(new URL('./append-and-tell.ts', import.meta.url))
const COMMITS = 40
/** After how many of the acknowledgements the power goes. */
const LOSSES = 8

interface Loss {
  readonly acknowledged: number
  readonly missing: number
  readonly integrity: string
}

/** Traces a process that appends, and looks at what would have been left had the power gone after an acknowledgement. */
async function losses(durability: 'full' | 'normal', keep: number): Promise<Loss[]> {
  const directory = mkdtempSync(join(tmpdir(), 'eventcore-power-'))
  try {
    const [work, base, trace] = [join(directory, 'work'), join(directory, 'base'), join(directory, 'trace')]
    mkdirSync(work)
    await (await SqliteEventStore.open(join(work, 'store.db'))).close()
    cpSync(work, base, { recursive: true })
    const args = [...process.execArgv, program, join(work, 'store.db'), durability, String(COMMITS)]
    spawnSync('strace', [...TRACE_OPTIONS, '-o', trace, process.execPath, ...args], { stdio: 'ignore' })

    const disk = new DiskModel(work)
    const random = new SeededRandom(20261123)
    const found: Loss[] = []
    const acknowledged: string[] = []
    for (const call of readTrace(trace, (path) => disk.changesOf(path))) {
      const position = /^acknowledged (\d+)\n$/.exec(call.data.toString('utf8'))?.[1]
      if (position === undefined) {
        disk.apply(call)
        continue
      }
      acknowledged.push(position)
      if (acknowledged.length % Math.floor(COMMITS / LOSSES) !== 0) continue
      const left = join(directory, `left-${acknowledged.length}`)
      disk.lose(left, base, keep, random)
      found.push(await lossIn(join(left, 'store.db'), acknowledged))
    }
    expect(acknowledged).toHaveLength(COMMITS)
    return found
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function lossIn(path: string, acknowledged: readonly string[]): Promise<Loss> {
  // The index of the log is made anew, as after a restart of the machine.
  rmSync(`${path}-shm`, { force: true })
  const store = await SqliteEventStore.open(path)
  const { events } = await store.readFeed({ after: undefined, limit: 10_000 })
  await store.close()
  const db = new DatabaseSync(path, { readOnly: true })
  const integrity = String(Object.values(db.prepare('PRAGMA integrity_check').get() ?? {})[0])
  db.close()
  const there = new Set<string>(events.map(({ position }) => position))
  // Each commit has two events: one without the other would be torn.
  expect(events.length % 2).toBe(0)
  return {
    acknowledged: acknowledged.length,
    missing: acknowledged.filter((position) => !there.has(position)).length,
    integrity,
  }
}

const none = { missing: 0, integrity: 'ok' }

// Recorded system calls stand for the disk: without strace there is nothing to record them with.
if (whyNoSystemCallFaults() === undefined) {
  test('a loss of power after any acknowledgement takes nothing that was acknowledged, if what was not flushed is lost', async () => {
    const found = await losses('full', 0)
    expect(found.map(({ missing, integrity }) => ({ missing, integrity }))).toEqual(found.map(() => none))
  }, 120_000)

  test('… or if some of it is there, in any combination', async () => {
    const found = await losses('full', 0.5)
    expect(found.map(({ missing, integrity }) => ({ missing, integrity }))).toEqual(found.map(() => none))
  }, 120_000)

  test('with durability "normal" it takes the last commits, as the option says, and tears nothing', async () => {
    const found = await losses('normal', 0)
    expect(found.map(({ integrity }) => integrity)).toEqual(found.map(() => 'ok'))
    expect(Math.max(...found.map(({ missing }) => missing))).toBeGreaterThan(0)
  }, 120_000)
}
