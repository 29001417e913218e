import type { EventOf } from 'eventcore'
import { ENTRIES } from '../log/entries.ts'
import type { Account } from '../streams/account.ts'

/** One line of an account statement. */
export interface StatementLine {
  /** Version of the account's stream: orders the lines of an account. */
  readonly entry: number
  /** `2026-11-23` */
  readonly bookedOn: string
  readonly text: string
  /** In minor units, below 0 when money went. */
  readonly amount: number
  /** After it. */
  readonly balance: number
}

/** A line before its balance is known, which is the one before it plus the amount. */
export interface NewLine extends Omit<StatementLine, 'balance'> {
  readonly account: string
}

/** What an event puts on the statement of its account. `undefined`: nothing. */
export function lineOf(event: EventOf<typeof Account>): NewLine | undefined {
  const { type, data, key: account, version: entry, time } = event
  const effect = ENTRIES.account[type]
  if (effect === null || !('amount' in data)) return undefined
  const bookedOn = 'bookedOn' in data && data.bookedOn !== undefined ? data.bookedOn : dateOf(time)
  return { account, entry, bookedOn, text: textOf(event), amount: effect.sign * data.amount }
}

function textOf(event: EventOf<typeof Account>): string {
  switch (event.type) {
    case 'AccountOpened':
      return 'Account opened'
    case 'CashDeposited':
      return 'Deposit'
    case 'CashWithdrawn':
      return 'Withdrawal'
    case 'InterestCredited':
      return 'Interest'
    case 'ChargeDebited':
      return 'Charge'
    case 'TransferSent':
      return `To ${event.data.to}`
    case 'TransferReceived':
      return `From ${event.data.from}`
    case 'RemittanceSent':
      return `To bank ${event.data.bank}`
    case 'CollectionReceived':
      return `From bank ${event.data.bank}`
  }
}

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10)
