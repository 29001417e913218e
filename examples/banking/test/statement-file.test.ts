import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { CsvFile } from '../src/input/csv-file.ts'
import { type StatementRow, statementFormat } from '../src/input/statement-row.ts'
import { HEADER } from './fixture/statement.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

/** The rows that a file gives, and the error that ends them. */
async function read(text: string): Promise<{ rows: StatementRow[]; path: string; error?: unknown }> {
  await using directory = await temporaryDirectory()
  const path = directory.file('rows.csv')
  await writeFile(path, text)
  const rows: StatementRow[] = []
  try {
    const file = await CsvFile.open(path, statementFormat)
    for await (const { row } of file.rows()) rows.push(row)
    return { rows, path }
  } catch (error) {
    return { rows, path, error }
  }
}

describe('each row is one command, under an id made from the id of the row', () => {
  test.each([
    ['1;7;930131;"PRIJEM";"VKLAD";700.00;700.00;"";;', 'BookCash', { entry: 'CashDeposited' }, 70_000],
    ['1;7;930131;"PRIJEM";"";0.2;700.00;"UROK";;', 'BookCash', { entry: 'InterestCredited' }, 20],
    ['1;7;930131;"VYDAJ";"VYBER";5.00;700.00;"";;', 'BookCash', { entry: 'CashWithdrawn' }, -500],
    ['1;7;930131;"VYBER";"VYBER";5.00;700.00;"";;', 'BookCash', { entry: 'CashWithdrawn' }, -500],
    ['1;7;930131;"VYDAJ";"VYBER KARTOU";5.00;700.00;"";;', 'BookCash', { entry: 'CashWithdrawn' }, -500],
    ['1;7;930131;"VYDAJ";"VYBER";14.60;700.00;"SLUZBY";;', 'BookCash', { entry: 'ChargeDebited' }, -1_460],
    ['1;7;930131;"VYDAJ";"VYBER";14.60;-3.00;"SANKC. UROK";;', 'BookCash', { entry: 'ChargeDebited' }, -1_460],
    ['1;7;930131;"VYDAJ";"PREVOD NA UCET";5.00;7.00;"SIPO";"YZ";87144583', 'BookRemittance', { bank: 'YZ' }, -500],
    ['1;7;930131;"PRIJEM";"PREVOD Z UCTU";5.00;7.00;"DUCHOD";"AB";41403269', 'BookCollection', { bank: 'AB' }, 500],
  ])('%s', async (line, commandName, input, change) => {
    const { rows } = await read(`${HEADER}\n${line}\n`)
    expect(rows).toMatchObject([
      {
        commandId: 'statement-1',
        account: '7',
        day: '1993-01-31',
        change,
        command: { commandName, input: { account: '7', amount: Math.abs(change), bookedOn: '1993-01-31', ...input } },
      },
    ])
  })

  test('with the columns in another order, and others among them', async () => {
    const { rows } = await read(
      'bank;more;k_symbol;balance;amount;operation;type;date;account_id;trans_id\n;x;;7.00;7.00;VKLAD;PRIJEM;930131;7;1\n',
    )
    expect(rows).toMatchObject([{ commandId: 'statement-1', account: '7', change: 700 }])
  })
})

describe('a line that is no row is named, after all rows before it', () => {
  test.each([
    ['an amount with a comma', '9001;1;930101;"PRIJEM";"VKLAD";7,00;7.00;"";;', /amount is "7,00"; an amount above 0/],
    ['an amount of nothing', '9001;1;930101;"PRIJEM";"VKLAD";0.00;7.00;"";;', /amount is "0.00"/],
    ['an amount below 0', '9001;1;930101;"PRIJEM";"VKLAD";-7.00;7.00;"";;', /amount is "-7.00"/],
    ['a balance that is no amount', '9001;1;930101;"PRIJEM";"VKLAD";7.00;x;"";;', /balance is "x"/],
    ['no account', '9001;;930101;"PRIJEM";"VKLAD";7.00;7.00;"";;', /account_id is ""/],
    ['no id', ';1;930101;"PRIJEM";"VKLAD";7.00;7.00;"";;', /trans_id is ""/],
    ['a day that is none', '9001;1;930231;"PRIJEM";"VKLAD";7.00;7.00;"";;', /date is "930231"/],
    ['an unknown type', '9001;1;930101;"DAR";"VKLAD";7.00;7.00;"";;', /type is "DAR"/],
    [
      'an operation that does not go with the type',
      '9001;1;930101;"VYDAJ";"VKLAD";7.00;7.00;"";;',
      /operation is "VKLAD"/,
    ],
    ['a remittance without a bank', '9001;1;930101;"VYDAJ";"PREVOD NA UCET";7.00;7.00;"";;', /bank is ""/],
    ['a field too few', '9001;1;930101', /as many fields as the first one/],
    ['a quote that is not closed', '9001;1;930101;"PRIJEM;"VKLAD";7.00;7.00;"";;', /quote/],
  ])('%s', async (_, line, problem) => {
    const good = '1;1;930101;"PRIJEM";"VKLAD";7.00;7.00;"";;'
    const { rows, path, error } = await read([HEADER, good, good, line, good].join('\n'))
    expect(rows).toHaveLength(2)
    expect(error).toMatchObject({ code: 'INPUT_BROKEN', message: expect.stringMatching(problem) })
    expect(error).toMatchObject({ message: expect.stringContaining(`${path}, line 4: `) })
  })
})

describe('a file is refused that', () => {
  test.each([
    ['is empty', '', /line 1: the file is empty/],
    [
      'has another header',
      'id,amount\n1,2\n',
      /line 1: the columns .* are expected; missing in "id,amount": trans_id, /,
    ],
  ])('%s', async (_, text, problem) => {
    const { rows, error } = await read(text)
    expect(rows).toEqual([])
    expect(error).toMatchObject({ code: 'INPUT_BROKEN', message: expect.stringMatching(problem) })
  })
})
