import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { SqliteEventStore } from '../src/index.ts'
import { canFailCalls } from './fail-each-call.ts'
import { temporaryDirectory } from './temporary-directory.ts'

// Processes are started, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const child = fileURLToPath(new URL('./processes/append-until-failure.ts', import.meta.url))

/** Runs the child under a command, and compares what it was told with what is there after recovery. */
async function expectTruth(wrap: readonly string[], failures: number): Promise<string[]> {
  const directory = await temporaryDirectory()
  const path = directory.file('store.db')
  const outcomes = directory.file('outcomes')
  const [command = '', ...args] = [...wrap, process.execPath, ...process.execArgv, child, path, outcomes, `${failures}`]
  // Written before, so that the faults hit appends and not the opening.
  await (await SqliteEventStore.open(path)).close()
  const { signal, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  expect(signal, stderr).toBe('SIGKILL')

  const told = readFileSync(outcomes, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ') as [outcome: string, commandId: string])
  const store = await SqliteEventStore.open(path)
  for (const [outcome, commandId] of told) {
    const [found] = await store.findCommits([commandId])
    if (outcome === 'committed') expect(found, 'acknowledged, and lost').toBeDefined()
    else if (outcome === 'STORE_FAILURE') expect(found, 'failed for certain, and there').toBeUndefined()
    else expect(outcome).toBe('COMMIT_OUTCOME_UNKNOWN')
  }
  await store.close()
  const db = new DatabaseSync(path)
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  db.close()
  await directory.remove()
  return told.map(([outcome]) => outcome)
}

// A limit on the size of files makes write() fail with EFBIG, which SQLite reports as an I/O error at COMMIT. Then the
// process is killed, so that what it left goes through recovery. At first there is room for the fence that settles the
// matter, in the end not even for that.
test.each([400, 401, 402, 403])(
  'what is told after a failed write is true after recovery: files of at most %i KiB',
  async (kib) => {
    const outcomes = await expectTruth(['sh', '-c', `ulimit -f ${kib * 2}; exec "$@"`, 'sh'], 40)
    expect(outcomes.indexOf('STORE_FAILURE')).toBeGreaterThan(5)
    expect(outcomes.at(-1)).toBe('COMMIT_OUTCOME_UNKNOWN')
  },
)

if (canFailCalls()) {
  test.each([
    // Once: the fence that follows is flushed, and settles it.
    { when: '30', expected: 'STORE_FAILURE' },
    // For good: the fence fails too, and the transaction may stand in the file.
    { when: '30+', expected: 'COMMIT_OUTCOME_UNKNOWN' },
  ])('what is told after a failed flush is true after recovery: the flush number $when', async ({ when, expected }) => {
    const inject = ['strace', '-f', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync']
    const outcomes = await expectTruth([...inject, '-e', `inject=fsync,fdatasync:error=EIO:when=${when}`], 1)
    expect(outcomes.at(-1)).toBe(expected)
  })
}
