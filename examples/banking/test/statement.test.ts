import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { PATIENCE, readBalances, run, runJson } from './fixture/program.ts'
import { HEADER, REAL_STATEMENT, statement, sumsOf } from './fixture/statement.ts'
import { emptyStore, STORES } from './fixture/store-url.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

const firstRows = (csv: string, rows: number): string =>
  `${csv
    .split('\n')
    .slice(0, rows + 1)
    .join('\n')}\n`

const inputs: readonly (readonly [string, () => Promise<string>])[] = [
  ['a statement made up of 3,000 rows', async () => statement(3_000, 40, 1)],
  ...(existsSync(REAL_STATEMENT)
    ? [['5,000 real transactions', async () => firstRows(await readFile(REAL_STATEMENT, 'utf8'), 5_000)] as const]
    : []),
]

describe.each(inputs)('%s', (_, read) => {
  test.each(STORES)('gives every account the sum of its rows, on %s', { timeout: PATIENCE }, async (kind) => {
    await using directory = await temporaryDirectory()
    const csv = await read()
    await writeFile(directory.file('rows.csv'), csv)
    await using store = await emptyStore(kind, directory)
    const rows = csv.trimEnd().split('\n').length - 1
    const sums = sumsOf(csv)
    const args = [
      '--input',
      directory.file('rows.csv'),
      '--store',
      store.url,
      '--balances',
      directory.file('balances.csv'),
    ]
    const first = await runJson(args)
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' })
    expect(first.json).toMatchObject({
      rows,
      committed: rows,
      alreadyCommitted: 0,
      rejected: {},
      accounts: sums.size,
      conserved: true,
      input: { equal: sums.size, different: 0, otherInput: 0, repeatedRows: 0 },
    })
    expect(await readBalances(directory.file('balances.csv'))).toEqual(sums)
    if (kind === 'memory') return
    const second = await runJson(args)
    expect(second.json).toMatchObject({ rows, committed: 0, alreadyCommitted: rows, input: { equal: sums.size } })
    expect(await readBalances(directory.file('balances.csv'))).toEqual(sums)
  })
})

test('recorded balances are compared with those of the log', { timeout: PATIENCE }, async () => {
  await using directory = await temporaryDirectory()
  const rows = [
    HEADER,
    // The bank agrees.
    '1;1;930101;"PRIJEM";"VKLAD";700.00;700.00;"";;',
    // 0.99 off, and of two rows of its last day, the second does not come last.
    '2;2;930101;"PRIJEM";"VKLAD";100.00;100.99;"";;',
    '3;2;930102;"VYDAJ";"VYBER";50.00;25.99;"";;',
    '4;2;930102;"VYDAJ";"VYBER";25.00;75.99;"";;',
    // 1.01 off.
    '5;3;930101;"VYDAJ";"VYBER";1.00;-2.01;"";;',
  ]
  await writeFile(directory.file('rows.csv'), rows.join('\n'))
  const { json } = await runJson(['--input', directory.file('rows.csv'), '--store', 'memory:'])
  expect(json.input).toMatchObject({ equal: 3, recordedEqual: 1, recordedWithinOne: 2 })
})

test('a row that comes twice counts once', { timeout: PATIENCE }, async () => {
  await using directory = await temporaryDirectory()
  const csv = statement(50, 5, 2)
  const lines = csv.trimEnd().split('\n')
  await writeFile(directory.file('rows.csv'), [...lines, ...lines.slice(1, 11)].join('\n'))
  const { code, json } = await runJson(['--input', directory.file('rows.csv'), '--store', 'memory:'])
  expect(code).toBe(0)
  expect(json).toMatchObject({
    rows: 60,
    committed: 50,
    alreadyCommitted: 10,
    input: { different: 0, repeatedRows: 10 },
  })
})

test('a row whose id is known with another amount stops the run, and names the line', {
  timeout: PATIENCE,
}, async () => {
  await using directory = await temporaryDirectory()
  const lines = statement(20, 2, 3).trimEnd().split('\n')
  await writeFile(directory.file('rows.csv'), [...lines, lines[3]?.replace(/;\d+\.\d\d;/, ';123456.78;')].join('\n'))
  const { code, stderr, json } = await runJson(['--input', directory.file('rows.csv'), '--store', 'memory:'])
  expect(code).toBe(1)
  expect(stderr).toMatch(/^Line 22: Book\w+ \(statement-3\): this command id belongs to/)
  expect(json).toMatchObject({ committed: 20, error: { code: 'ROW_FAILED' } })
})

test('a second statement of the same accounts goes on where the first ended', { timeout: PATIENCE }, async () => {
  await using directory = await temporaryDirectory()
  const csv = statement(400, 10, 4)
  await writeFile(directory.file('first.csv'), firstRows(csv, 150))
  await writeFile(directory.file('all.csv'), csv)
  const store = ['--store', `sqlite:${directory.file('bank.db')}`]
  await run(['--input', directory.file('first.csv'), ...store])
  const all = await runJson(['--input', directory.file('all.csv'), ...store])
  expect(all.json).toMatchObject({ committed: 250, alreadyCommitted: 150, input: { equal: 10 } })
  const again = await runJson(['--input', directory.file('first.csv'), ...store])
  expect(again).toMatchObject({ code: 0, json: { committed: 0, alreadyCommitted: 150, input: { different: 0 } } })
})

describe('a broken file', () => {
  const good = statement(500, 10, 5).trimEnd().split('\n')

  test('goes on where it stopped once it is mended', { timeout: PATIENCE }, async () => {
    await using directory = await temporaryDirectory()
    const file = directory.file('rows.csv')
    const args = ['--input', file, '--store', `sqlite:${directory.file('bank.db')}`]
    await writeFile(file, [...good.slice(0, 201), 'broken', ...good.slice(201)].join('\n'))
    const broken = await run(args)
    expect(broken.code).toBe(1)
    expect(broken.stdout).toMatch(/200 committed/)
    expect(broken.stdout).toMatch(/What was committed stays/)
    await writeFile(file, good.join('\n'))
    const mended = await runJson([...args, '--balances', directory.file('balances.csv')])
    expect(mended.json).toMatchObject({ committed: 300, alreadyCommitted: 200, input: { equal: 10 } })
    expect(await readBalances(directory.file('balances.csv'))).toEqual(sumsOf(good.join('\n')))
  })
})
