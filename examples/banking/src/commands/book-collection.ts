import { defineCommand } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { Account, AccountId } from '../streams/account.ts'
import { BankCode, Clearing } from '../streams/clearing.ts'

/**
 * Takes over a collection: money that came from a partner bank to an account. One command over the account and the partner's
 * clearing stream.
 */
export const BookCollection = defineCommand({
  name: 'BookCollection',
  input: z.object({ account: AccountId, bank: BankCode, amount: Money, bookedOn: z.iso.date() }),
  streams: ({ account, bank }) => ({ account: Account(account), clearing: Clearing(bank) }),
  handle: ({ input, account, clearing }) => {
    const { amount, bank, bookedOn } = input
    const opened = account.state.open ? [] : [account.emit('AccountOpened', {})]
    return [
      ...opened,
      account.emit('CollectionReceived', { amount, bank, bookedOn }),
      clearing.emit('CollectionCleared', { amount, account: input.account }),
    ]
  },
})
