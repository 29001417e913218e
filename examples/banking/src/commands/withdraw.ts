import { defineCommand, reject } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { Account, AccountId } from '../streams/account.ts'

export const Withdraw = defineCommand({
  name: 'Withdraw',
  input: z.object({ account: AccountId, amount: Money }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) => {
    const { open, balance } = account.state
    if (!open) return reject('AccountNotOpen', { account: input.account })
    if (balance < input.amount) return reject('InsufficientFunds', { balance })
    return account.emit('CashWithdrawn', { amount: input.amount })
  },
})
