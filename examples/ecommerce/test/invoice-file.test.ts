import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Invoice } from '../src/import/invoice.ts'
import { readInvoices } from '../src/import/read-invoices.ts'
import { surveyFile } from '../src/import/survey.ts'
import { parseMoney } from '../src/money.ts'
import { parseOptions } from '../src/options.ts'
import { temporaryDirectory } from './fixture/temporary-directory.ts'

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'
const LINE = '536365,85123A,A LIGHT,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom'

async function withFile<T>(lines: readonly string[], body: (path: string) => Promise<T>): Promise<T> {
  await using directory = await temporaryDirectory()
  await writeFile(directory.file('invoices.csv'), lines.join('\r\n'))
  return await body(directory.file('invoices.csv'))
}

const read = (lines: readonly string[]): Promise<readonly Invoice[]> =>
  withFile(lines, async (path) => {
    const invoices: Invoice[] = []
    for await (const invoice of readInvoices(path)) invoices.push(invoice)
    return invoices
  })

test('lines below 0 come back, whatever the invoice is called', async () => {
  const credit = LINE.replace(',6,', ',-2,').replace('536365', '536366').replace('17850.0', '')
  expect(await read([HEADER, LINE, LINE.replace('2.55', '0.0').replace(',6,', ',-1,'), credit, ''])).toEqual([
    {
      number: '536365',
      line: 2,
      customer: '17850',
      at: '2010-12-01T08:26:00Z',
      sold: [{ product: '85123A', quantity: 6, unitPrice: 255 }],
      returned: [{ product: '85123A', quantity: 1, unitPrice: 0 }],
    },
    expect.objectContaining({ number: '536366', line: 4, customer: 'guest', sold: [] }),
  ])
})

test('a survey tells what has to be on the shelves, and names the file by its lines', async () => {
  const lines = [HEADER, LINE, LINE.replace('A LIGHT', '').replace('2.55', '3'), LINE.replace(',6,', ',-4,')]
  const survey = await withFile(lines, surveyFile)
  expect(survey).toMatchObject({ invoices: 1, lines: 3 })
  expect([...survey.products]).toEqual([['85123A', { name: 'A LIGHT', price: 255, quantity: 12 }]])
  expect((await withFile(lines, surveyFile)).digest).toBe(survey.digest)
  expect((await withFile([...lines, LINE], surveyFile)).digest).not.toBe(survey.digest)
})

describe('a file that is broken is named with its line', () => {
  test.each<[string, readonly string[], RegExp]>([
    [
      'a quantity',
      [HEADER, LINE, LINE.replace(',6,', ',six,')],
      /line 3: Quantity is "six"; a whole number other than 0/,
    ],
    ['a price', [HEADER, LINE.replace('2.55', '2.555')], /line 2: UnitPrice is "2.555"; an amount of at least 0/],
    ['a price below 0', [HEADER, LINE.replace('2.55', '-2.55')], /line 2: UnitPrice is "-2.55"/],
    ['a day', [HEADER, LINE.replace('12-01', '02-30')], /line 2: InvoiceDate is "2010-02-30 08:26:00"; a time like/],
    ['an hour', [HEADER, LINE.replace('08:26', '25:26')], /line 2: InvoiceDate/],
    ['a code', [HEADER, LINE.replace('85123A', 'a*')], /line 2: StockCode is "a\*"/],
    ['too few fields', [HEADER, LINE, '536365,85123A'], /line 3: /],
    ['a quote that is not closed', [HEADER, LINE, LINE.replace('A LIGHT', '"A LIGHT')], /line 3: /],
    ['a column', [HEADER.replace('Quantity', 'Count'), LINE], /line 1: the columns Quantity are missing/],
    ['nothing in it', [], /line 1: the file is empty/],
    [
      'an invoice in two places',
      [HEADER, LINE, LINE.replace('536365', '536366'), LINE],
      /line 4: invoice 536365 stood further up already/,
    ],
  ])('%s', async (_, lines, message) => {
    await expect(read(lines)).rejects.toMatchObject({ code: 'FILE_BROKEN', message: expect.stringMatching(message) })
  })

  test('a file that is not there', async () => {
    await expect(surveyFile('missing.csv')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  test('a directory', async () => {
    await expect(surveyFile('.')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})

test.each([
  ['2.55', 255],
  ['2.5', 250],
  ['2', 200],
  ['0.0', 0],
  ['1.10', 110],
  ['2.5500', 255],
  ['2.555', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['', undefined],
])('the price %j is %s', (text, minor) => {
  expect(parseMoney(text)).toBe(minor)
})

test.each([
  ['--port', 'x'],
  ['--port', '65536'],
  ['--store', 'mysql://x'],
  ['--store', 'sqlite:'],
  ['--concurrency', '0'],
  ['--import', 'a', '--load', '1'],
  ['extra'],
])('the command line %j cannot be understood', (...args) => {
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: 'USAGE' }))
})
