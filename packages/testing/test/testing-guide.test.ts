import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const guide = readFileSync(new URL('../../../docs/guide/testing.md', import.meta.url), 'utf8')
const blocks = (kind: string): readonly string[] =>
  [...guide.matchAll(/^```([^\n]*)\n(.*?)\n```$/gms)].flatMap(([, marked = '', code = '']) =>
    marked.startsWith(kind) ? [code] : [],
  )

/** Runs a program under node:test. In the workspace, so that it finds the packages. */
function runTests(program: string): { readonly stdout: string; readonly status: number | null } {
  const folder = mkdtempSync(join(import.meta.dirname, 'guide-'))
  try {
    const file = join(folder, 'guide.ts')
    writeFileSync(file, program)
    // Node's runner tells its children by this variable that they are children.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const args = ['--conditions=eventcore-source', '--test', '--test-reporter=tap', file]
    return spawnSync(process.execPath, args, { encoding: 'utf8', env })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the tests of the testing guide pass', { timeout: 120_000 }, () => {
  const { stdout, status } = runTests(blocks('ts').join('\n'))
  expect(stdout).toContain('# fail 0\n')
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(200)
  expect(status).toBe(0)
})

test('the failure that the testing guide shows is what is told', { timeout: 60_000 }, () => {
  const [domain = ''] = blocks('ts')
  const wrong = domain
    .replace("'MoneyWithdrawn', { amount: 30 })", "'MoneyWithdrawn', { amount: 31 })")
    .replace(/\n +state\(.*\),/, '')
  const { stdout } = runTests(wrong)
  const lines = stdout.split('\n').map((line) => line.trim())
  const [shown = ''] = blocks('text')
  for (const line of shown.split('\n')) expect(lines).toContain(line.trim())
})
