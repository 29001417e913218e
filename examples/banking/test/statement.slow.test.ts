import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { runUntilKilled } from './fixture/kill.ts'
import { PATIENCE, readBalances, runJson } from './fixture/program.ts'
import { REAL_STATEMENT, statement, sumsOf } from './fixture/statement.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

const inputs: readonly (readonly [string, () => Promise<string>])[] = [
  ['a statement made up of 30,000 rows', async () => statement(30_000, 1_000, 10)],
  ...(existsSync(REAL_STATEMENT) ? [['all real transactions', () => readFile(REAL_STATEMENT, 'utf8')] as const] : []),
]

describe.each(inputs)('%s', (_, read) => {
  test('run through once, then again, then killed again and again', { timeout: 4 * PATIENCE }, async () => {
    await using directory = await temporaryDirectory()
    const csv = await read()
    const rows = csv.trimEnd().split('\n').length - 1
    const sums = sumsOf(csv)
    await writeFile(directory.file('rows.csv'), csv)
    const input = ['--input', directory.file('rows.csv'), '--balances', directory.file('balances.csv')]
    const whole = ['--store', `sqlite:${directory.file('whole.db')}`]

    const first = await runJson([...input, ...whole])
    expect(first.json).toMatchObject({ rows, committed: rows, rejected: {}, accounts: sums.size, conserved: true })
    expect(await readBalances(directory.file('balances.csv'))).toEqual(sums)

    const again = await runJson([...input, ...whole])
    expect(again.json).toMatchObject({ rows, committed: 0, alreadyCommitted: rows, money: first.json.money })
    expect(await readBalances(directory.file('balances.csv'))).toEqual(sums)

    for (const share of [0.05, 0.3, 0.6, 0.9]) {
      const { signal } = await runUntilKilled(directory.file('killed.db'), input, Math.floor(rows * share))
      expect(signal).toBe('SIGKILL')
    }
    const last = await runJson([...input, '--store', `sqlite:${directory.file('killed.db')}`])
    expect(last.json.committed).toBeGreaterThan(0)
    expect(last.json.committed + last.json.alreadyCommitted).toBe(rows)
    expect(last.json).toMatchObject({ conserved: true, money: first.json.money, input: { different: 0 } })
    expect(await readBalances(directory.file('balances.csv'))).toEqual(sums)
  })
})

test('the memory that a long statement takes is bounded', { timeout: 4 * PATIENCE }, async () => {
  await using directory = await temporaryDirectory()
  const rows = 150_000
  await writeFile(directory.file('rows.csv'), statement(rows, 500, 11))
  const watch = new URL('./fixture/heap-watch.ts', import.meta.url)
  watch.searchParams.set('file', directory.file('heap.json'))
  const { code, json } = await runJson(
    ['--input', directory.file('rows.csv'), '--store', `sqlite:${directory.file('bank.db')}`],
    [`--import=${watch.href}`],
  )
  expect(code).toBe(0)
  expect(json).toMatchObject({ rows, committed: rows, conserved: true, input: { equal: 500 } })
  const heap = JSON.parse(await readFile(directory.file('heap.json'), 'utf8'))
  expect(heap.collections).toBeGreaterThan(2)
  // 21 MB were measured, of which the program itself is 14; 59 MB when lanes.ts reads ahead of the store without a bound.
  expect(heap.mostBytes).toBeLessThan(36_000_000)
})
