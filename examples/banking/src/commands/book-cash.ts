import { defineCommand } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { Account, AccountId } from '../streams/account.ts'

/**
 * Takes over what another system has booked: cash over the counter, interest, charges. It has happened, so it is not
 * refused: the first booking that names an account opens it, and an account may be overdrawn.
 */
export const BookCash = defineCommand({
  name: 'BookCash',
  input: z.object({
    account: AccountId,
    entry: z.enum(['CashDeposited', 'CashWithdrawn', 'InterestCredited', 'ChargeDebited']),
    amount: Money,
    bookedOn: z.iso.date(),
  }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input: { entry, amount, bookedOn }, account }) => {
    const opened = account.state.open ? [] : [account.emit('AccountOpened', {})]
    return [...opened, account.emit(entry, { amount, bookedOn })]
  },
})
