import { defineStream } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'

export const AccountId = z.string().regex(/^[A-Za-z0-9-]{1,40}$/, 'letters, digits and dashes are expected, at most 40')

/** Money that crosses the counter, or that the bank itself gives or takes. */
const Entry = z.object({ amount: Money, bookedOn: z.iso.date().optional() })

export interface AccountState {
  readonly open: boolean
  /** In minor units. */
  readonly balance: number
}

const credit = (state: AccountState, { amount }: { amount: number }): AccountState => ({
  ...state,
  balance: state.balance + amount,
})

const debit = (state: AccountState, { amount }: { amount: number }): AccountState => ({
  ...state,
  balance: state.balance - amount,
})

/** One stream per account: `account/2378`. Each event says why money came or went, not only how much. */
export const Account = defineStream('account', {
  events: {
    AccountOpened: z.object({ owner: z.string().min(1).optional() }),
    CashDeposited: Entry,
    CashWithdrawn: Entry,
    InterestCredited: Entry,
    ChargeDebited: Entry,
    TransferSent: z.object({ amount: Money, to: AccountId }),
    TransferReceived: z.object({ amount: Money, from: AccountId }),
    RemittanceSent: Entry.extend({ bank: z.string() }),
    CollectionReceived: Entry.extend({ bank: z.string() }),
  },
  initial: (): AccountState => ({ open: false, balance: 0 }),
  apply: {
    AccountOpened: (state) => ({ ...state, open: true }),
    CashDeposited: credit,
    CashWithdrawn: debit,
    InterestCredited: credit,
    ChargeDebited: debit,
    TransferSent: debit,
    TransferReceived: credit,
    RemittanceSent: debit,
    CollectionReceived: credit,
  },
})
