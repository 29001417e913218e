import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { PATIENCE, run, runJson } from './fixture/program.ts'
import { statement } from './fixture/statement.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

test('--help explains everything that --json prints', { timeout: PATIENCE }, async () => {
  const { code, stdout, stderr } = await run(['--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  await using directory = await temporaryDirectory()
  await writeFile(directory.file('rows.csv'), statement(10, 2, 6))
  const { json } = await runJson(['--input', directory.file('rows.csv'), '--store', 'memory:'])
  const { json: rebuilt } = await runJson(['--store', 'memory:', '--rebuild-statements'])
  const objects = [json, json.input, rebuilt, rebuilt.statements, rebuilt.rebuild]
  for (const key of [...objects.flatMap((object) => Object.keys(object ?? {})), 'error'])
    expect(stdout).toMatch(new RegExp(`\\b${key}\\b`))
})

test('a command line that cannot be understood ends with exit code 2, without a stack trace', {
  timeout: PATIENCE,
}, async () => {
  const { code, stdout, stderr } = await run(['--store', 'mysql://localhost'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/"mysql:\/\/localhost" names no store/)
  expect(stderr).toMatch(/--help/)
  expect(stderr).not.toMatch(/\n\s+at /)
})

test('an input without rows is no failure, and is said to have none', { timeout: PATIENCE }, async () => {
  await using directory = await temporaryDirectory()
  await writeFile(directory.file('rows.csv'), statement(0, 1, 6))
  const { code, stdout } = await run(['--input', directory.file('rows.csv'), '--store', 'memory:'])
  expect(code).toBe(0)
  expect(stdout).toContain('The input has no rows, so nothing was done.')
})

describe('what cannot be opened ends with exit code 1 and says what to do', () => {
  test('a SQLite file in a directory that does not exist', { timeout: PATIENCE }, async () => {
    await using directory = await temporaryDirectory()
    await expectFailure(
      [`sqlite:${directory.file('missing/bank.db')}`],
      'STORE_FAILURE',
      /cannot be found. Create it first/,
    )
  })

  test('a SQLite file that is none', { timeout: PATIENCE }, async () => {
    await using directory = await temporaryDirectory()
    const file = directory.file('bank.db')
    await writeFile(file, 'This is not a database, but it is long enough to be looked at as if it were one.'.repeat(50))
    await expectFailure([`sqlite:${file}`], 'STORE_FAILURE', /not a SQLite database/)
  })

  test('a SQLite file that is corrupt inside', { timeout: PATIENCE }, async () => {
    await using directory = await temporaryDirectory()
    const file = directory.file('bank.db')
    await writeFile(directory.file('rows.csv'), statement(200, 5, 7))
    await run(['--input', directory.file('rows.csv'), '--store', `sqlite:${file}`])
    const bytes = await readFile(file)
    bytes.fill(0x5a, 4_096)
    await writeFile(file, bytes)
    await expectFailure([`sqlite:${file}`], 'STORE_FAILURE', /corrupt/)
  })

  test('a SQLite file that another process keeps locked', { timeout: PATIENCE }, async () => {
    await using directory = await temporaryDirectory()
    const file = directory.file('bank.db')
    const other = new DatabaseSync(file)
    other.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x); BEGIN EXCLUSIVE')
    await expectFailure([`sqlite:${file}`], 'STORE_UNAVAILABLE', /locked/)
    other.close()
  })

  test('a PostgreSQL server that is not there, without showing the password', { timeout: PATIENCE }, async () => {
    const text = await expectFailure(
      ['postgres://bank:secret@127.0.0.1:1/bank'],
      'STORE_UNAVAILABLE',
      /could not reach PostgreSQL/,
    )
    expect(text).not.toMatch(/secret/)
  })

  test('an input that is not there, and no bank is made for it', { timeout: PATIENCE }, async () => {
    await using directory = await temporaryDirectory()
    const bank = directory.file('bank.db')
    const missing = ['--input', directory.file('missing.csv')]
    await expectFailure([`sqlite:${bank}`, ...missing], 'INPUT_UNREADABLE', /no such file/)
    expect(existsSync(bank)).toBe(false)
  })

  test('an input that is a directory', { timeout: PATIENCE }, async () => {
    await using directory = await temporaryDirectory()
    await mkdir(directory.file('rows.csv'))
    await expectFailure(['memory:', '--input', directory.file('rows.csv')], 'INPUT_UNREADABLE', /is a directory/)
  })

  test('a file for the balances that cannot be written: the commands are executed all the same', {
    timeout: PATIENCE,
  }, async () => {
    await using directory = await temporaryDirectory()
    await writeFile(directory.file('rows.csv'), statement(30, 3, 8))
    const args = ['--input', directory.file('rows.csv'), '--balances', directory.file('missing/balances.csv')]
    const { code, stderr, json } = await runJson([...args, '--store', 'memory:'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/The balances cannot be written/)
    expect(json).toMatchObject({ committed: 30, error: { code: 'BALANCES_UNWRITABLE' } })
  })
})

async function expectFailure(storeAndMore: readonly string[], errorCode: string, problem: RegExp): Promise<string> {
  const { code, stdout, stderr, json } = await runJson(['--store', ...storeAndMore])
  expect(code).toBe(1)
  expect(stderr).toMatch(problem)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(json).toEqual({ error: { code: errorCode, message: stderr.trimEnd() } })
  return stdout + stderr
}
