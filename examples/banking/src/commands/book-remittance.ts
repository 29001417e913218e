import { defineCommand } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { Account, AccountId } from '../streams/account.ts'
import { BankCode, Clearing } from '../streams/clearing.ts'

/**
 * Takes over a remittance: money of an account that went to a partner bank. One command over the account and the partner's clearing
 * stream, since what leaves the one must be owed on the other.
 */
export const BookRemittance = defineCommand({
  name: 'BookRemittance',
  input: z.object({ account: AccountId, bank: BankCode, amount: Money, bookedOn: z.iso.date() }),
  streams: ({ account, bank }) => ({ account: Account(account), clearing: Clearing(bank) }),
  handle: ({ input, account, clearing }) => {
    const { amount, bank, bookedOn } = input
    const opened = account.state.open ? [] : [account.emit('AccountOpened', {})]
    return [
      ...opened,
      account.emit('RemittanceSent', { amount, bank, bookedOn }),
      clearing.emit('RemittanceCleared', { amount, account: input.account }),
    ]
  },
})
