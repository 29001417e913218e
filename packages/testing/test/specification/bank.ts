import { defineCommand, defineStream, reject, unchecked } from 'eventcore'
import { z } from 'zod'

export const Account = defineStream('account', {
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.int().positive(), memo: z.string().optional() }),
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
  events: { LimitSet: unchecked<{ most: number }>() },
  initial: () => ({ most: 1_000 }),
  apply: { LimitSet: (_, { most }) => ({ most }) },
})

export class OutOfPaper extends Error {
  override readonly name = 'OutOfPaper'
}

export const OpenAccount = defineCommand({
  name: 'OpenAccount',
  input: z.object({ account: z.string(), owner: z.string() }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) =>
    account.state.open ? reject('AlreadyOpen') : account.emit('AccountOpened', { owner: input.owner }),
})

export const TransferMoney = defineCommand({
  name: 'TransferMoney',
  input: z.object({ from: z.string(), to: z.string(), amount: z.int().positive() }),
  streams: ({ from, to }) => ({ from: Account(from), to: Account(to), limits: Limits.readOnly('retail') }),
  handle: ({ input, from, to, limits }) => {
    if (from.state.balance < input.amount) return reject('InsufficientFunds', { balance: from.state.balance })
    if (input.amount > limits.state.most) return reject('NeedsApproval')
    return [
      to.emit('MoneyDeposited', { amount: input.amount, memo: `from ${input.from}` }),
      from.emit('MoneyWithdrawn', { amount: input.amount }),
    ]
  },
})

/** Its handler is no good. */
export const PrintStatement = defineCommand({
  name: 'PrintStatement',
  input: z.object({ account: z.string() }),
  streams: ({ account }) => ({ account: Account.readOnly(account) }),
  handle: ({ input }) => {
    if (input.account === 'bob') throw new OutOfPaper('the printer of bob is empty')
    return []
  },
})

/** Writes down when, and under which id. */
export const SetLimitByClock = defineCommand({
  name: 'SetLimitByClock',
  input: unchecked<Record<string, never>>(),
  streams: () => ({ limits: Limits('retail') }),
  handle: ({ limits, now }) => limits.emit('LimitSet', { most: now.getTime() }),
})
