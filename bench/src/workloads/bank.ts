import { defineCommand, defineStream, reject } from 'eventcore'
import { z } from 'zod'

const Money = z.int().positive()

/** The account that every workload writes to: validated events, a fold, a balance that must not go below zero. */
export const Account = defineStream('account', {
  events: {
    MoneyDeposited: z.object({ amount: Money }),
    MoneyWithdrawn: z.object({ amount: Money }),
  },
  initial: () => ({ balance: 0 }),
  apply: {
    MoneyDeposited: (state, { amount }) => ({ balance: state.balance + amount }),
    MoneyWithdrawn: (state, { amount }) => ({ balance: state.balance - amount }),
  },
})

/** One stream. */
export const Deposit = defineCommand({
  name: 'Deposit',
  input: z.object({ account: z.string(), amount: Money }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) => account.emit('MoneyDeposited', { amount: input.amount }),
})

/** Two streams, both read, checked and written. */
export const Transfer = defineCommand({
  name: 'Transfer',
  input: z.object({ from: z.string(), to: z.string(), amount: Money }),
  streams: ({ from, to }) => ({ from: Account(from), to: Account(to) }),
  handle: ({ input, from, to }) => {
    if (from.state.balance < input.amount) return reject('InsufficientFunds', { balance: from.state.balance })
    return [from.emit('MoneyWithdrawn', { amount: input.amount }), to.emit('MoneyDeposited', { amount: input.amount })]
  },
})
