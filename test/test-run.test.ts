import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../scripts/bootstrap/root.mjs'

// Each case is a real run of Vitest, in a folder of its own where no other run finds it.
describe('the closing line of a test run', { timeout: 30_000 }, () => {
  let folder: string
  beforeAll(() => {
    mkdirSync(join(root, '.cache'), { recursive: true })
    folder = mkdtempSync(join(root, '.cache', 'test-run-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  function closingLine(source: string) {
    writeFileSync(join(folder, 'case.test.ts'), `import { expect, test } from 'vitest'\n${source}\n`)
    // Without the variables of the run that we are in, which a second Vitest would take for its own.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))
    const args = ['scripts/task.ts', 'test:quick', '--root', folder]
    const run = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })
    return { line: run.stdout.trimEnd().split('\n').at(-1), exitCode: run.status }
  }

  test.each([
    ['counts what passed', `test('a', () => {})\ntest('b', () => {})`, '2 passed, 0 failed', 0],
    ['counts what failed', `test('a', () => {})\ntest('b', () => expect(1).toBe(2))`, '1 passed, 1 failed', 1],
    ['does not count what was skipped', `test('a', () => {})\ntest.skip('b', () => {})`, '1 passed, 0 failed', 0],
    [
      'does not count what could not be tried',
      `test('a', () => {})\ntest('b', async ({ annotate }) => void (await annotate('no browser', 'not-tried')))`,
      '1 passed, 0 failed',
      0,
    ],
    ['is there when the file has no tests', '', '0 passed, 1 failed', 1],
    ['counts a file that cannot be loaded as a failure', `import './nowhere.ts'`, '0 passed, 1 failed', 1],
    [
      'counts an error outside of the tests as a failure',
      `test('a', () => void setTimeout(() => { throw new Error('late') }))\ntest('b', () => new Promise((done) => setTimeout(done, 50)))`,
      '2 passed, 1 failed',
      1,
    ],
  ])('%s', (_, source, line, exitCode) => {
    expect(closingLine(source)).toEqual({ line, exitCode })
  })
})
