import { describe, expect, test } from 'vitest'
import { parseOptions } from '../src/options.ts'
import { describeStore, parseStoreUrl } from '../src/store-url.ts'

test('everything has a default', () => {
  expect(parseOptions([])).toEqual({
    help: false,
    rebuildStatements: false,
    input: undefined,
    store: undefined,
    concurrency: 64,
    json: false,
    balances: undefined,
  })
})

test('everything can be said', () => {
  const args = ['-h', '--input', 'a.csv', '--store=sqlite:b.db', '--concurrency', '7', '--json', '--balances', 'c.csv']
  expect(parseOptions(args)).toEqual({
    help: true,
    rebuildStatements: false,
    input: 'a.csv',
    store: { kind: 'sqlite', path: 'b.db' },
    concurrency: 7,
    json: true,
    balances: 'c.csv',
  })
})

test('the statements are rebuilt on demand', () => {
  expect(parseOptions(['--rebuild-statements'])).toMatchObject({ rebuildStatements: true, input: undefined })
})

describe('what cannot be understood is a mistake of the command line', () => {
  test.each([
    [['--nonsense'], /--nonsense/],
    [['--input', 'a.csv', '--rebuild-statements'], /two things/],
    [['rows.csv'], /rows\.csv/],
    [['--concurrency', '0'], /--concurrency is "0"; a whole number from 1 to 10000 is expected/],
    [['--concurrency', '1e3'], /--concurrency is "1e3"/],
    [['--store'], /--store/],
    [['--store', 'mysql://localhost'], /"mysql:\/\/localhost" names no store/],
    [['--store', 'bank.db'], /"bank\.db" names no store/],
    [['--store', 'sqlite:'], /The path of a file follows "sqlite:"/],
    [['--store', 'sqlite://bank.db'], /The path of a file follows "sqlite:"/],
    [['--store', 'memory:x'], /Nothing follows "memory:"/],
    [['--store', 'postgres:bank'], /cannot be read as a URL/],
    [['--store', 'postgres://['], /cannot be read as a URL/],
  ])('%j', (args, problem) => {
    let error: unknown
    try {
      parseOptions(args)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(problem) })
  })
})

test.each([
  ['memory:', 'memory:'],
  ['sqlite:bank.db', 'sqlite:bank.db'],
  ['sqlite:/var/lib/bank.db', 'sqlite:/var/lib/bank.db'],
  ['sqlite:///var/lib/bank.db', 'sqlite:///var/lib/bank.db'],
  ['postgres://bank@db/bank', 'postgres://bank@db/bank'],
  ['postgresql://bank:secret@db:5432/bank', 'postgresql://bank:***@db:5432/bank'],
])('%s is shown as %s', (url, shown) => {
  expect(describeStore(parseStoreUrl(url))).toBe(shown)
})
