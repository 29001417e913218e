import type { Options } from '../options.ts'
import { describeStore, type StoreLocation } from '../store-url.ts'

/** What is going to happen, for people. */
export function introduction(options: Options, location: StoreLocation): string {
  const store = describeStore(location)
  const lines = options.rebuildStatements
    ? [
        'The account statements are rebuilt while the bank is open: transfers run, and statements are read.',
        `The bank is kept in ${store}${options.store === undefined ? ', a new one, which has its day first' : ''}.`,
      ]
    : options.input === undefined
      ? [
          'A day at the bank: accounts are opened, then thousands of transfers, deposits and withdrawals come at once.',
          `The bank is kept in ${store}${options.store === undefined ? ', a new one' : ''}.`,
          location.kind === 'memory'
            ? `Two branches work on it, each with an executor of its own and ${options.concurrency} commands in flight.`
            : `Two branches work on it, each a process of its own with ${options.concurrency} commands in flight.`,
        ]
      : [
          `The transactions in ${options.input}:`,
          'each is one command, on its account and, where another bank takes part, on the clearing stream of that bank.',
          `The bank is kept in ${store}. ${options.concurrency} commands are in flight at once.`,
        ]
  return `${['EventCore banking example', ...lines, ''].join('\n')}\n`
}

/** What to do next, for people, after a run that came to its end, met a problem or was stopped by its user. */
export function hint(options: Options, location: StoreLocation, end: 'done' | 'failed' | 'stopped'): string {
  if (location.kind === 'memory') return 'The bank was kept in memory, and is gone now.'
  const input = options.input === undefined ? '' : ` --input ${options.input}`
  // A statement without --store goes to the same bank by itself.
  const store = options.input !== undefined && options.store === undefined ? '' : ` --store ${describeStore(location)}`
  const again = `npm start --${options.rebuildStatements ? ' --rebuild-statements' : ''}${input}${store}`
  switch (end) {
    case 'failed':
      return `It ended early. What was committed stays; to go on from there, once the problem is solved:\n  ${again}`
    case 'stopped':
      return `Stopped. What was committed stays; to go on from there:\n  ${again}`
    case 'done':
      return options.rebuildStatements
        ? `Run it again, and the next version takes their place:\n  ${again}`
        : `Run it again on this bank, and nothing is done twice:\n  ${again}`
  }
}
