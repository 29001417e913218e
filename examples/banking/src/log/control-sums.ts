import type { AnyRejection, Outcome } from 'eventcore'
import type { StatementRow } from '../input/statement-row.ts'
import { Account } from '../streams/account.ts'
import type { Books } from './books.ts'

/** What the rows of the input say about one account. */
interface Control {
  sum: number
  rows: number
  /** The highest version of the account that one of its rows was committed at. */
  version: number
  /** What the bank recorded on the last day: after which of its rows the balance stood, the rows of one day do not tell. */
  day: string
  recorded: number[]
}

/** More rows than an account has in a day; a bound, so that memory is for accounts and not for rows. */
const RECORDED_LIMIT = 100

/** How the balances in the log compare with the input. Each account of the input is in one of the first three. */
export interface Comparison {
  /** The balance equals the sum of the account's rows. */
  readonly equal: number
  /** Rows are missing in the log, or do not sum up: something is wrong. */
  readonly different: number
  /** The log has more than these rows: the bank had other input as well. */
  readonly otherInput: number
  /** The balance equals one that the bank recorded on the account's last day. */
  readonly recordedEqual: number
  /** … or is at most 1.00 away from one: the bank kept more decimals than it shows. */
  readonly recordedWithinOne: number
  /** Rows that stand in the input more than once, and count once. */
  readonly repeatedRows: number
}

/** Sums up the rows while they are read, beside EventCore, to compare the log with them afterwards. Memory for accounts, not for rows. */
export class ControlSums {
  readonly #accounts = new Map<string, Control>()
  #repeated = 0

  add({ account, day, change, recordedBalance }: StatementRow, outcome: Outcome<AnyRejection>): void {
    const control = this.#accounts.get(account) ?? { sum: 0, rows: 0, version: 0, day, recorded: [] }
    this.#accounts.set(account, control)
    const version = outcome.status === 'committed' ? versionOn(Account.idOf(account), outcome.events) : 0
    // The rows of an account are executed in the order of the file, so each stands at a higher version than the one before:
    // one that does not was there already.
    if (version <= control.version) {
      this.#repeated++
      return
    }
    control.sum += change
    control.rows++
    control.version = version
    if (control.day !== day) control.recorded = []
    control.day = day
    if (control.recorded.length < RECORDED_LIMIT) control.recorded.push(recordedBalance)
  }

  compare(books: Books): Comparison {
    const result = { equal: 0, different: 0, otherInput: 0, recordedEqual: 0, recordedWithinOne: 0 }
    for (const [id, control] of this.#accounts) {
      const { balance, entries } = books.accounts.get(id) ?? { balance: 0, entries: 0 }
      if (entries > control.rows) result.otherInput++
      else if (entries === control.rows && balance === control.sum) result.equal++
      else result.different++
      const off = Math.min(...control.recorded.map((recorded) => Math.abs(balance - recorded)))
      if (off === 0) result.recordedEqual++
      if (off <= 100) result.recordedWithinOne++
    }
    return { ...result, repeatedRows: this.#repeated }
  }
}

const versionOn = (stream: string, events: readonly { readonly stream: string; readonly version: number }[]): number =>
  events.findLast((event) => event.stream === stream)?.version ?? 0
