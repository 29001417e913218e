import type { ShownStatements } from '../jobs/job.ts'
import type { Books } from '../log/books.ts'
import type { Comparison } from '../log/control-sums.ts'
import { formatMoney } from '../money.ts'
import { rebuildLines, statementLines } from './statement-lines.ts'
import type { Summary } from './summary.ts'

const REASONS: Readonly<Record<string, string>> = {
  InsufficientFunds: 'the account had less than it was to pay',
  ApprovalMissing: 'a large transfer, and no approval was left for it',
  AboveLimit: 'more than anybody may transfer at once',
  AccountNotOpen: 'an account that does not exist',
  AccountExists: 'the account had been opened before',
}

/** The report for people. */
export function reportLines(summary: Summary, books: Books, shown: ShownStatements | undefined): string[] {
  return [
    ...(summary.rows === 0 ? [] : [...whatHappened(summary), '', ...conflicts(summary), '']),
    ...(summary.rebuild === undefined ? [] : [...rebuildLines(summary.rebuild), '']),
    ...money(summary, books),
    ...(shown === undefined ? [] : ['', ...statementLines(shown)]),
    ...(summary.input === undefined ? [] : ['', ...comparison(summary.input)]),
  ]
}

function whatHappened({ rows, committed, alreadyCommitted, rejected, seconds, commandsPerSecond }: Summary): string[] {
  const rejections = Object.entries(rejected).sort(([, a], [, b]) => b - a)
  const width = Math.max(...rejections.map(([code]) => code.length))
  return [
    'What happened',
    `  ${figure(rows)} commands in ${seconds.toFixed(2)} seconds: ${figure(commandsPerSecond).trim()} a second.`,
    `  ${figure(committed)} committed`,
    ...(alreadyCommitted === 0
      ? []
      : [`  ${figure(alreadyCommitted)} had been committed by an earlier run, and nothing was done twice`]),
    `  ${figure(rejections.reduce((sum, [, count]) => sum + count, 0))} rejected`,
    ...rejections.map(([code, count]) =>
      `  ${figure(count)}   ${code.padEnd(width)}  ${REASONS[code] ?? ''}`.trimEnd(),
    ),
  ]
}

function conflicts({ branches, committed, conflicts: all, conflictsByStream, retries, rows }: Summary): string[] {
  if (branches.length === 1)
    return [
      'Conflicts and retries',
      `  ${figure(all)} conflicts, ${figure(retries).trim()} retries. The commands of one executor do not get in each other's way, whatever`,
      '           streams they share: it decides each on what those before it have decided.',
    ]
  if (all === 0)
    return [
      'Conflicts and retries',
      `  ${figure(all)} conflicts: the two branches were never in each other's way${committed === 0 ? ', since nothing had to be written' : ''}.`,
    ]
  const kinds = Object.entries(conflictsByStream).sort(([, a], [, b]) => b - a)
  return [
    'Conflicts and retries',
    `  ${figure(all)} conflicts: a stream that a command had read was changed by the other branch before the command could`,
    '           commit. The store refuses such a command whole, and it is decided again on what is true now:',
    `  ${figure(retries)} retries, until each of the ${figure(rows).trim()} commands had its one outcome.`,
    ...branches.map(
      ({ conflicts: own, place }, index) => `  ${figure(own)}   were met by branch ${index + 1}, ${place}`,
    ),
    ...kinds.map(([kind, count]) => `  ${figure(count)}   changed streams were ${KINDS[kind] ?? kind}`),
  ]
}

const KINDS: Readonly<Record<string, string>> = {
  account: 'accounts',
  approval: 'approvals, which a command finds only while it is being decided',
  limits: 'limits, which a command reads and does not write',
}

function money({ accounts, conserved, money: { cameIn, wentOut, held, owed } }: Summary, books: Books): string[] {
  const overdrawn = [...books.accounts.values()].filter(({ balance }) => balance < 0).length
  return [
    `The money, counted again from the ${figure(books.events).trim()} events of the log`,
    `  ${amount(cameIn)} came into the bank`,
    `  ${amount(wentOut)} left it`,
    `  ${amount(held)} is in ${figure(accounts).trim()} accounts, ${overdrawn} of them below zero`,
    ...(books.clearing.size === 0
      ? []
      : [`  ${amount(Math.abs(owed))} is owed ${owed < 0 ? 'by' : 'to'} ${books.clearing.size} partner banks`]),
    conserved
      ? '  Conserved: to the cent, and by every single command.'
      : `  NOT CONSERVED: ${formatMoney(held + owed - cameIn + wentOut)} too much, and ${books.unbalanced} commands with one side only.`,
    '',
    'The largest balances',
    ...[...books.accounts]
      .sort(([, a], [, b]) => b.balance - a.balance)
      .slice(0, 5)
      .map(([id, { balance }]) => `  ${amount(balance)} ${id}`),
  ]
}

function comparison(input: Comparison): string[] {
  const accounts = input.equal + input.different + input.otherInput
  return [
    'The log and the input',
    `  ${figure(input.equal)} of ${figure(accounts).trim()} accounts have exactly the sum of their rows`,
    ...(input.different === 0 ? [] : [`  ${figure(input.different)} accounts DIFFER from the sum of their rows`]),
    ...(input.otherInput === 0 ? [] : [`  ${figure(input.otherInput)} accounts have entries of other input as well`]),
    ...(input.repeatedRows === 0
      ? []
      : [`  ${figure(input.repeatedRows)} rows stand in the input more than once, and count once`]),
    `  ${figure(input.recordedEqual)} have a balance that their bank recorded on the last day,`,
    `  ${figure(input.recordedWithinOne)} one within 1.00 of it: the bank kept more decimals than it shows`,
  ]
}

const figure = (count: number): string => count.toLocaleString('en').padStart(8)

const amount = (minor: number): string => formatMoney(minor).padStart(18)
