import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { explainReport } from '../../src/torture/explain-report.ts'
import { torture } from '../../src/torture/torture.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'eventcore-torture-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

// The rounds go on for some time when something that must be seen was not: on a slow machine.
const PATIENCE_MS = 240_000

test(
  'SQLite, its processes killed, stopped, refused by the disk, their clocks moved',
  async () => {
    const options = { seconds: 6, roundSeconds: 3, extraRounds: 12, patienceSeconds: 150, directory }
    const report = await torture({ store: 'sqlite:', ...options })
    expect(report.ok, explainReport(report)).toBe(true)
  },
  PATIENCE_MS,
)

test(
  'PostgreSQL, its clients and itself killed and stopped, connections cut, slow and silent, answers lost, sessions ended',
  async () => {
    const options = { seconds: 10, roundSeconds: 10, extraRounds: 6, patienceSeconds: 150, directory }
    const report = await torture({ store: 'postgres:', ...options })
    expect(report.ok, explainReport(report)).toBe(true)
  },
  PATIENCE_MS,
)
