import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { runUntilKilled } from './fixture/kill.ts'
import { PATIENCE, readBalances, runJson } from './fixture/program.ts'
import { expectedDay } from './fixture/sample-model.ts'
import { statement, sumsOf } from './fixture/statement.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

test('a statement that is killed again and again ends as if it had run through', { timeout: PATIENCE }, async () => {
  await using directory = await temporaryDirectory()
  const bank = directory.file('bank.db')
  const csv = statement(4_000, 60, 9)
  await writeFile(directory.file('rows.csv'), csv)
  const args = ['--input', directory.file('rows.csv')]
  for (const events of [1, 900, 2_500, 4_000]) {
    const { signal, seen } = await runUntilKilled(bank, [...args, '--concurrency', '24'], events)
    expect(signal).toBe('SIGKILL')
    expect(seen).toBeGreaterThanOrEqual(events)
  }
  const last = await runJson([...args, '--store', `sqlite:${bank}`, '--balances', directory.file('balances.csv')])
  expect(last.code).toBe(0)
  const { committed, alreadyCommitted } = last.json
  // It was in the middle of it: some was done, and some was left to do.
  expect(committed).toBeGreaterThan(0)
  expect(alreadyCommitted).toBeGreaterThan(2_000)
  expect(committed + alreadyCommitted).toBe(4_000)
  expect(last.json).toMatchObject({ conserved: true, input: { equal: 60, different: 0 } })
  expect(await readBalances(directory.file('balances.csv'))).toEqual(sumsOf(csv))
})

test('a day that is killed again and again, with both its branches, ends as it must', {
  timeout: PATIENCE,
}, async () => {
  await using directory = await temporaryDirectory()
  const bank = directory.file('bank.db')
  const day = expectedDay()
  for (const events of [300, 3_000, 6_000]) {
    const { signal } = await runUntilKilled(bank, [], events)
    expect(signal).toBe('SIGKILL')
  }
  const last = await runJson(['--store', `sqlite:${bank}`, '--balances', directory.file('balances.csv')])
  expect(last.code).toBe(0)
  expect(last.json.committed).toBeGreaterThan(0)
  expect(last.json.committed + last.json.alreadyCommitted).toBe(day.committed)
  expect(last.json).toMatchObject({ rows: day.rows, rejected: day.rejected, conserved: true })
  expect(await readBalances(directory.file('balances.csv'))).toEqual(day.balances)
})

test('who stops it is told how to go on', { timeout: PATIENCE }, async () => {
  await using directory = await temporaryDirectory()
  const bank = directory.file('bank.db')
  await writeFile(directory.file('rows.csv'), statement(4_000, 60, 9))
  const args = ['--input', directory.file('rows.csv')]
  const { signal, stderr } = await runUntilKilled(bank, args, 100, 'SIGINT')
  expect(signal).toBe('SIGINT')
  expect(stderr).toContain(
    `Stopped. What was committed stays; to go on from there:\n  npm start -- ${args.join(' ')} --store sqlite:${bank}\n`,
  )
})
