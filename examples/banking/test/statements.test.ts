import { setTimeout as sleep } from 'node:timers/promises'
import { SqliteEventStore } from '@eventcore/sqlite'
import { describe, expect, test } from 'vitest'
import { endOf, PATIENCE, run, runJson, startProgram } from './fixture/program.ts'
import { expectedDay } from './fixture/sample-model.ts'
import { emptyStore, STORES } from './fixture/store-url.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

/** Of every account: an opening deposit or more, and both sides of each transfer. */
const LINES = 9_000

describe.each(STORES)('account statements on %s', (kind) => {
  test('are shown after the day, with all that was committed, and rebuilt while transfers run', {
    timeout: 3 * PATIENCE,
  }, async () => {
    await using directory = await temporaryDirectory()
    await using store = await emptyStore(kind, directory)
    // What is in memory is gone after the program.
    if (kind !== 'memory') {
      const day = await runJson(['--store', store.url])
      expect(day).toMatchObject({ code: 0, stderr: '', json: { statements: { version: 1 } } })
      expect(day.json.statements?.lines).toBeGreaterThan(LINES)
    }
    for (const version of kind === 'sqlite' ? [2, 3] : [2]) {
      const { code, stderr, json } = await runJson(['--store', store.url, '--rebuild-statements'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(json).toMatchObject({
        conserved: true,
        statements: { version },
        rebuild: { from: version - 1, to: version },
      })
      expect(json.accounts).toBe(expectedDay().balances.size)
      expect(json.rebuild?.events).toBeGreaterThan(LINES)
      expect(json.rebuild?.transfers).toBeGreaterThan(0)
      expect(json.rebuild?.reads).toBeGreaterThan(0)
      expect(json.rows > 0).toBe(kind === 'memory')
    }
  })
})

test('the statement stands in the report, line by line', { timeout: PATIENCE }, async () => {
  const { code, stdout } = await run(['--store', 'memory:'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/The statement of student-1, kept by a projection behind the log \(version 1\)/)
  expect(stdout).toMatch(/It contained the last command's events [\d,]+ ms after/)
  expect(stdout).toMatch(/Deposit +100\.00 +100\.00\n( +[\d-]+ +To friend-1 +-15\.00 +[\d.]+\n){6}/)
  expect(stdout).toMatch(/To friend-1 +-15\.00 +10\.00\n/)
})

test('a rebuild that is killed again and again goes on, and the old version is shown meanwhile', {
  timeout: 3 * PATIENCE,
}, async () => {
  await using directory = await temporaryDirectory()
  const path = directory.file('bank.db')
  const args = ['--store', `sqlite:${path}`, '--rebuild-statements']
  expect(await runJson(['--store', `sqlite:${path}`])).toMatchObject({ code: 0 })
  const watcher = await SqliteEventStore.open(path)
  try {
    let interrupted = 0
    for (const part of [0.05, 0.3]) {
      const program = startProgram(args)
      const end = endOf(program)
      const enough = (await watcher.projections.countEvents(undefined)) * part
      while (program.exitCode === null) {
        const cursor = (await watcher.checkpoints.load('account-statement@2'))?.cursor
        if (Number(cursor?.split(':')[0] ?? 0) >= enough) break
        await sleep(1)
      }
      program.kill('SIGKILL')
      await end
      const checkpoint = await watcher.checkpoints.load('account-statement@2')
      const shown = await watcher.projections.activeVersion('account-statement')
      if (checkpoint !== undefined && shown === 1) interrupted++
    }
    expect(interrupted).toBeGreaterThan(0)
    const version = (await watcher.projections.activeVersion('account-statement')) ?? 0
    const last = await runJson(args)
    expect(last).toMatchObject({ code: 0, json: { rebuild: { from: version, to: version + 1 } } })
  } finally {
    await watcher.close()
  }
})

test('one thing at a time', { timeout: PATIENCE }, async () => {
  const { code, stderr } = await run(['--input', 'rows.csv', '--rebuild-statements'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/--input and --rebuild-statements are two things/)
})
