import type { AnyRejection, Command } from 'eventcore'
import { BookCash } from '../commands/book-cash.ts'
import { BookCollection } from '../commands/book-collection.ts'
import { BookRemittance } from '../commands/book-remittance.ts'
import { parseMoney } from '../money.ts'
import { type CsvFormat, InvalidField } from './csv-file.ts'
import { amountField, matchingField, quoted } from './fields.ts'

/** One booking of a bank statement, and the command that takes it over. */
export interface StatementRow {
  /** Of the command: made from the transaction's own id, so that reading the file again executes nothing twice. */
  readonly commandId: string
  readonly command: Command<string, AnyRejection>
  readonly account: string
  /** When it was booked: `1993-01-31`. */
  readonly day: string
  /** What the booking adds to the account, in minor units; below 0 when it takes. */
  readonly change: number
  /** The balance that the bank recorded with it, in minor units. */
  readonly recordedBalance: number
}

const COLUMNS = [
  'trans_id',
  'account_id',
  'date',
  'type',
  'operation',
  'amount',
  'balance',
  'k_symbol',
  'bank',
] as const
type Column = (typeof COLUMNS)[number]

/**
 * The transactions of the "Berka" data set (PKDD'99 Discovery Challenge): a Czech bank, 1993 to 1998. Its words are Czech:
 * PRIJEM is credit, VYDAJ and VYBER are debit.
 */
export const statementFormat: CsvFormat<Column, StatementRow> = {
  delimiter: ';',
  columns: COLUMNS,
  rowOf: (record) => {
    const id = matchingField('trans_id', record.trans_id, /^\d{1,18}$/, 'a whole number')
    const account = matchingField('account_id', record.account_id, /^\d{1,18}$/, 'a whole number')
    const amount = amountField('amount', record.amount)
    const recordedBalance = parseMoney(record.balance)
    if (recordedBalance === undefined)
      throw new InvalidField(`balance is ${quoted(record.balance)}; an amount is expected`)
    const change = isCredit(record) ? amount : -amount
    const day = dateOf(record.date)
    const command = commandOf(record, { account, amount, bookedOn: day })
    return { commandId: `statement-${id}`, command, account, day, change, recordedBalance }
  },
}

function isCredit({ type }: Record<Column, string>): boolean {
  if (type === 'PRIJEM') return true
  if (type === 'VYDAJ' || type === 'VYBER') return false
  throw new InvalidField(`type is ${quoted(type)}; PRIJEM (credit), VYDAJ or VYBER (debit) is expected`)
}

function commandOf(
  record: Record<Column, string>,
  booking: { readonly account: string; readonly amount: number; readonly bookedOn: string },
): Command<string, AnyRejection> {
  const { operation, k_symbol: purpose } = record
  switch (`${isCredit(record) ? 'credit' : 'debit'} ${operation}`) {
    case 'credit VKLAD':
      return BookCash({ ...booking, entry: 'CashDeposited' })
    case 'credit ':
      return BookCash({ ...booking, entry: 'InterestCredited' })
    case 'debit VYBER':
    case 'debit VYBER KARTOU':
      return BookCash({ ...booking, entry: CHARGES.has(purpose) ? 'ChargeDebited' : 'CashWithdrawn' })
    case 'credit PREVOD Z UCTU':
      return BookCollection({ ...booking, bank: bankOf(record) })
    case 'debit PREVOD NA UCET':
      return BookRemittance({ ...booking, bank: bankOf(record) })
    default:
      throw new InvalidField(`operation is ${quoted(operation)}, which does not go with type ${record.type}`)
  }
}

/** Purposes of a withdrawal that went to the bank itself: the fee for statements, penalty interest. */
const CHARGES: ReadonlySet<string> = new Set(['SLUZBY', 'SANKC. UROK'])

const bankOf = ({ bank }: Record<Column, string>): string =>
  matchingField('bank', bank, /^[A-Z]{2}$/, 'the code of the partner bank, two capital letters,')

/** `930131` → `1993-01-31` */
function dateOf(text: string): string {
  const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)$/.exec(text) ?? []
  const date = `19${year}-${month}-${day}`
  // 930231 parses as the 3rd of March: only a real date comes back as it went.
  if (year === undefined || new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) !== true)
    throw new InvalidField(`date is ${quoted(text)}; a date as YYMMDD is expected`)
  return date
}
