import type { AnyRejection, Command } from 'eventcore'
import { Deposit } from '../commands/deposit.ts'
import { GrantApproval } from '../commands/grant-approval.ts'
import { OpenAccount } from '../commands/open-account.ts'
import { Transfer } from '../commands/transfer.ts'
import { Withdraw } from '../commands/withdraw.ts'
import { type CsvFormat, InvalidField } from './csv-file.ts'
import { amountField, matchingField, quoted } from './fields.ts'

/** One line of the sample, and the command that it asks for. */
export interface SampleRow {
  /** Of the command: made from the line's own id, so that running the sample again executes nothing twice. */
  readonly commandId: string
  readonly command: Command<string, AnyRejection>
}

/** Before the bank opens its doors: accounts and approvals. */
export const openingFormat: CsvFormat<'id' | 'operation' | 'account' | 'name' | 'amount', SampleRow> = {
  delimiter: ',',
  columns: ['id', 'operation', 'account', 'name', 'amount'],
  rowOf: (record) => {
    const commandId = commandIdOf(record.id)
    const account = accountField('account', record.account)
    switch (record.operation) {
      case 'open': {
        const deposit = amountField('amount', record.amount)
        return { commandId, command: OpenAccount({ account, owner: record.name, deposit }) }
      }
      case 'approve':
        return { commandId, command: GrantApproval({ account, by: record.name }) }
      default:
        throw new InvalidField(`operation is ${quoted(record.operation)}; open or approve is expected`)
    }
  },
}

/** What customers want during the day, in no particular order. */
export const dayFormat: CsvFormat<'id' | 'operation' | 'account' | 'to' | 'amount', SampleRow> = {
  delimiter: ',',
  columns: ['id', 'operation', 'account', 'to', 'amount'],
  rowOf: (record) => {
    const commandId = commandIdOf(record.id)
    const account = accountField('account', record.account)
    const amount = amountField('amount', record.amount)
    switch (record.operation) {
      case 'deposit':
        return { commandId, command: Deposit({ account, amount }) }
      case 'withdraw':
        return { commandId, command: Withdraw({ account, amount }) }
      case 'transfer':
        return { commandId, command: Transfer({ from: account, to: accountField('to', record.to), amount }) }
      default:
        throw new InvalidField(`operation is ${quoted(record.operation)}; deposit, withdraw or transfer is expected`)
    }
  },
}

const commandIdOf = (id: string): string =>
  `sample-${matchingField('id', id, /^[A-Za-z0-9-]{1,40}$/, 'letters, digits and dashes')}`

const accountField = (column: string, text: string): string =>
  matchingField(column, text, /^[A-Za-z0-9-]{1,40}$/, 'the id of an account (letters, digits and dashes)')
