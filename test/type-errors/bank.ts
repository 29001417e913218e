// The domain in which the mistakes beside are made.
import { defineCommand, defineStream, type Emitted, reject, unchecked } from 'eventcore'
import { z } from 'zod'

export const Account = defineStream('account', {
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.number() }),
    MoneyWithdrawn: z.object({ amount: z.number() }),
  },
  initial: () => ({ open: false, balance: 0 }),
  apply: {
    AccountOpened: (state) => ({ ...state, open: true }),
    MoneyDeposited: (state, { amount }) => ({ ...state, balance: state.balance + amount }),
    MoneyWithdrawn: (state, { amount }) => ({ ...state, balance: state.balance - amount }),
  },
})

export const Limits = defineStream('limits', {
  events: { LimitSet: unchecked<{ most: number }>() },
  initial: () => ({ most: 1000 }),
  apply: { LimitSet: (_state, { most }) => ({ most }) },
})

/** A command that rejects in two ways. */
export const Withdraw = defineCommand({
  name: 'Withdraw',
  input: z.object({ from: z.string(), amount: z.number() }),
  streams: ({ from }) => ({ from: Account(from) }),
  handle: ({ input, from }) => {
    if (!from.state.open) return reject('AccountClosed')
    if (from.state.balance < input.amount) return reject('InsufficientFunds', { balance: from.state.balance })
    return from.emit('MoneyWithdrawn', { amount: input.amount })
  },
})

/** The input of the commands beside: what is wrong with them is something else. */
export const input = unchecked<{ id: string }>()

export declare const madeElsewhere: Emitted<'Withdraw'>
