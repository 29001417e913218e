import { parseArgs } from 'node:util'
import { Problem, reasonOf } from './problem.ts'
import { parseStoreUrl, type StoreUrl } from './store/open-shop.ts'

/** What the command line asks for. */
export interface Options {
  readonly help: boolean
  readonly store: StoreUrl
  /** Of the web server. */
  readonly host: string
  readonly port: number
  /** Seconds. */
  readonly payWithin: number
  /** Invoices to be taken over. */
  readonly importFile: string | undefined
  /** How many generated invoices are to be placed. */
  readonly load: number | undefined
  /** Where the sales are to be written. */
  readonly stockFile: string | undefined
  /** Commands in flight at once. */
  readonly concurrency: number
  readonly json: boolean
}

/** @throws Problem (`USAGE`) */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parse(args)
  if (values.import !== undefined && values.load !== undefined)
    throw new Problem('USAGE', '--import and --load are two different things: give one of them.')
  return {
    help: values.help,
    store: parseStoreUrl(values.store),
    host: values.host,
    port: numberOf('port', values.port, 0, 65_535),
    payWithin: numberOf('pay-within', values['pay-within'], 1, 31_536_000),
    importFile: values.import,
    load: values.load === undefined ? undefined : numberOf('load', values.load, 1, 1_000_000),
    stockFile: values.stock,
    concurrency: numberOf('concurrency', values.concurrency, 1, 10_000),
    json: values.json,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        store: { type: 'string', default: 'sqlite:shop.db' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '3000' },
        'pay-within': { type: 'string', default: '900' },
        import: { type: 'string' },
        load: { type: 'string' },
        stock: { type: 'string' },
        concurrency: { type: 'string', default: '64' },
        json: { type: 'boolean', default: false },
      },
    })
  } catch (cause) {
    throw new Problem('USAGE', reasonOf(cause), { cause })
  }
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d{1,8}$/.test(text) && number >= least && number <= most) return number
  throw new Problem('USAGE', `--${option} is "${text}"; a whole number from ${least} to ${most} is expected.`)
}
