import { defineCommand, reject } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { Account, AccountId } from '../streams/account.ts'

export const OpenAccount = defineCommand({
  name: 'OpenAccount',
  input: z.object({ account: AccountId, owner: z.string().min(1), deposit: Money.optional() }),
  // Read as absent, and checked as absent: of two that open the same account at once, one is rejected.
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) => {
    if (account.state.open) return reject('AccountExists')
    const opened = account.emit('AccountOpened', { owner: input.owner })
    if (input.deposit === undefined) return opened
    return [opened, account.emit('CashDeposited', { amount: input.deposit })]
  },
})
