import { defineCommand, reject } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { Account, AccountId } from '../streams/account.ts'

/** The plainest command: one stream, one event. */
export const Deposit = defineCommand({
  name: 'Deposit',
  input: z.object({ account: AccountId, amount: Money }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) => {
    if (!account.state.open) return reject('AccountNotOpen', { account: input.account })
    return account.emit('CashDeposited', { amount: input.amount })
  },
})
