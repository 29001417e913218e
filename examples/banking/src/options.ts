import { parseArgs } from 'node:util'
import { messageOf, ProgramError } from './program-error.ts'
import { parseStoreUrl, type StoreLocation } from './store-url.ts'

/** What the command line asks for. */
export interface Options {
  readonly help: boolean
  /** Whether the account statements are to be rebuilt while transfers run. */
  readonly rebuildStatements: boolean
  /** A bank statement; without it the sample is run. */
  readonly input: string | undefined
  /** Without it, the job chooses. */
  readonly store: StoreLocation | undefined
  /** Commands in flight at once, in each process. */
  readonly concurrency: number
  readonly json: boolean
  /** Where the balances are to be written. */
  readonly balances: string | undefined
}

const DEFAULT_CONCURRENCY = 64

/** As many as an executor lets wait. */
const MOST_CONCURRENCY = 10_000

/** @throws ProgramError (`USAGE`, `STORE_UNKNOWN`) */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parse(args)
  if (values['rebuild-statements'] && values.input !== undefined)
    throw new ProgramError('USAGE', '--input and --rebuild-statements are two things: one after the other, please.')
  return {
    help: values.help,
    rebuildStatements: values['rebuild-statements'],
    input: values.input,
    store: values.store === undefined ? undefined : parseStoreUrl(values.store),
    concurrency: values.concurrency === undefined ? DEFAULT_CONCURRENCY : concurrencyOf(values.concurrency),
    json: values.json,
    balances: values.balances,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        input: { type: 'string' },
        'rebuild-statements': { type: 'boolean', default: false },
        store: { type: 'string' },
        concurrency: { type: 'string' },
        json: { type: 'boolean', default: false },
        balances: { type: 'string' },
      },
    })
  } catch (cause) {
    throw new ProgramError('USAGE', messageOf(cause), { cause })
  }
}

function concurrencyOf(text: string): number {
  const concurrency = Number(text)
  if (/^\d{1,5}$/.test(text) && concurrency >= 1 && concurrency <= MOST_CONCURRENCY) return concurrency
  throw new ProgramError(
    'USAGE',
    `--concurrency is "${text}"; a whole number from 1 to ${MOST_CONCURRENCY} is expected.`,
  )
}
