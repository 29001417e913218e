import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { sampleFiles } from '../src/sample/sample-files.ts'
import { sampleFile } from '../src/sample/sample-path.ts'
import { PATIENCE, readBalances, run, runJson } from './fixture/program.ts'
import { expectedDay } from './fixture/sample-model.ts'
import { emptyStore, STORES } from './fixture/store-url.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

test('the committed files are those that the script writes', async () => {
  for (const [name, text] of Object.entries(sampleFiles())) expect(await readFile(sampleFile(name), 'utf8')).toBe(text)
})

describe.each(STORES)('the day on %s', (kind) => {
  test('ends as it must, with two branches in each other’s way', { timeout: PATIENCE }, async () => {
    await using directory = await temporaryDirectory()
    await using store = await emptyStore(kind, directory)
    const { rows, committed, rejected, balances } = expectedDay()
    const balancesFile = directory.file('balances.csv')
    const { code, stderr, json } = await runJson(['--store', store.url, '--balances', balancesFile])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(json).toMatchObject({
      store: store.shown,
      rows,
      committed,
      rejected,
      alreadyCommitted: 0,
      accounts: balances.size,
      conserved: true,
    })
    expect(json.conflicts).toBeGreaterThan(0)
    expect(json.retries).toBeGreaterThanOrEqual(json.conflicts)
    expect(json.branches).toHaveLength(2)
    for (const branch of json.branches) expect(branch.rows).toBeGreaterThan(2_000)
    expect(await readBalances(balancesFile)).toEqual(balances)
  })
})

test('a second run of the day executes nothing twice', { timeout: PATIENCE }, async () => {
  await using directory = await temporaryDirectory()
  const store = `sqlite:${directory.file('bank.db')}`
  const { rows, committed, rejected, balances } = expectedDay()
  const first = await runJson(['--store', store])
  expect(first.json).toMatchObject({ rows, committed, alreadyCommitted: 0, rejected })
  const balancesFile = directory.file('balances.csv')
  const second = await runJson(['--store', store, '--balances', balancesFile])
  expect(second).toMatchObject({ code: 0, json: { rows, committed: 0, alreadyCommitted: committed, rejected } })
  expect(second.json.money).toEqual(first.json.money)
  expect(await readBalances(balancesFile)).toEqual(balances)
})

test('the report says in words what happened, and nothing is drawn without a terminal', {
  timeout: PATIENCE,
}, async () => {
  const { code, stdout, stderr } = await run(['--store', 'memory:'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const words of [
    /5,637 commands in .* seconds: .* a second/,
    /5,468 committed/,
    /169 rejected/,
    /114 +InsufficientFunds +the account had less than it was to pay/,
    /\d conflicts: a stream that a command had read was changed by the other branch/,
    /were met by branch 2, /,
    /Conserved: to the cent/,
    /82,000\.00 company-1/,
  ])
    expect(stdout).toMatch(words)
})
