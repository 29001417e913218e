import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { FAULT_KINDS } from '../../src/torture/faults/fault-kind.ts'

// Each is a process of its own, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

function run(program: string, ...args: readonly string[]) {
  const file = fileURLToPath(new URL(`../../src/torture/${program}.ts`, import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, file, ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test.each([
  ['main', '--seconds=soon', '--seconds is "soon"; a number is expected.'],
  ['main', '--faults=kill,rain', '--faults does not know "rain"'],
  ['main-long', '--bogus', "Unknown option '--bogus'"],
  ['main-long', '--rows=rain,hot', '--rows does not know "rain"'],
  ['main-soak', '--minutes=', '--minutes is ""; a number is expected.'],
])('%s %s is refused with exit code 2, in one sentence', (program, argument, sentence) => {
  const { status, stdout, stderr } = run(program, argument)
  expect(stderr).toContain(sentence)
  expect(stderr.trimEnd().split('\n')).toHaveLength(2)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
})

test('the help names everything that can be asked for', () => {
  const torture = run('main', '--help')
  expect(torture).toMatchObject({ status: 0, stderr: '' })
  for (const kind of FAULT_KINDS) expect(torture.stdout).toContain(`  ${kind} `)
  const long = run('main-long', '-h')
  expect(long).toMatchObject({ status: 0, stderr: '' })
  expect(long.stdout).toMatch(/^ {2}hot .*16 clients/m)
  expect(long.stdout).toMatch(/^ {2}server-clock .*\(PostgreSQL\)$/m)
})
