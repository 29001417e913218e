// What the examples of doc comments may speak of without defining it.
import { CommandExecutor, defineCommand, defineStream, type ProjectingStore, type Projection, reject } from 'eventcore'
import { z } from 'zod'

export { z }

export const Account = defineStream('account', {
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.int().positive() }),
    MoneyWithdrawn: z.object({ amount: z.int().positive() }),
  },
  initial: () => ({ open: false, balance: 0 }),
  apply: {
    AccountOpened: (state) => ({ ...state, open: true }),
    MoneyDeposited: (state, { amount }) => ({ ...state, balance: state.balance + amount }),
    MoneyWithdrawn: (state, { amount }) => ({ ...state, balance: state.balance - amount }),
  },
})

export const Limits = defineStream('limits', {
  events: { LimitSet: z.object({ most: z.int() }) },
  initial: () => ({ most: 1_000 }),
  apply: { LimitSet: (_state, { most }) => ({ most }) },
})

export const TransferMoney = defineCommand({
  name: 'TransferMoney',
  input: z.object({ from: z.string(), to: z.string(), amount: z.int().positive() }),
  streams: ({ from, to }) => ({ from: Account(from), to: Account(to) }),
  handle: ({ input, from, to }) => {
    if (from.state.balance < input.amount) return reject('InsufficientFunds', { balance: from.state.balance })
    return [from.emit('MoneyWithdrawn', { amount: input.amount }), to.emit('MoneyDeposited', { amount: input.amount })]
  },
})

export const Deposit = defineCommand({
  name: 'Deposit',
  input: z.object({ account: z.string(), amount: z.int().positive() }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) => account.emit('MoneyDeposited', { amount: input.amount }),
})

export declare const Statement: Projection<unknown>
export declare const store: ProjectingStore<unknown>
export declare const signal: AbortSignal
export const executor = new CommandExecutor(store)
