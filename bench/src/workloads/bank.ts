import { defineCommand, defineStream, reject } from 'eventcore'
import { z } from 'zod'

/** Whole units. Validated where a command comes in, and again in each event. */
export const Money = z.int().positive()

/** The account that most workloads write to: validated events, a fold, a balance that must not go below zero. */
export const Account = defineStream('account', {
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: Money }),
    MoneyWithdrawn: z.object({ amount: Money }),
  },
  initial: () => ({ balance: 0 }),
  apply: {
    AccountOpened: (state) => state,
    MoneyDeposited: (state, { amount }) => ({ balance: state.balance + amount }),
    MoneyWithdrawn: (state, { amount }) => ({ balance: state.balance - amount }),
  },
})

/** Read by many commands, written by none of them. */
const Limits = defineStream('limits', {
  events: { LimitSet: z.object({ amount: Money }) },
  initial: () => ({ limit: 0 }),
  apply: { LimitSet: (_state, { amount }) => ({ limit: amount }) },
})

/** One stream that does not exist yet: the check is that it still does not. */
export const OpenAccount = defineCommand({
  name: 'OpenAccount',
  input: z.object({ account: z.string(), owner: z.string() }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) =>
    account.exists ? reject('AlreadyOpen') : account.emit('AccountOpened', { owner: input.owner }),
})

/** One stream. */
export const Deposit = defineCommand({
  name: 'Deposit',
  input: z.object({ account: z.string(), amount: Money }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) => account.emit('MoneyDeposited', { amount: input.amount }),
})

/** One stream, by a handler that waits for something of its own: the general path, read, decide, append. */
export const SlowDeposit = defineCommand({
  name: 'SlowDeposit',
  input: z.object({ account: z.string(), amount: Money }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: async ({ input, account }) => {
    await Promise.resolve()
    return account.emit('MoneyDeposited', { amount: input.amount })
  },
})

/** One stream, and a balance that decides. */
export const Withdraw = defineCommand({
  name: 'Withdraw',
  input: z.object({ account: z.string(), amount: Money }),
  streams: ({ account }) => ({ account: Account(account) }),
  handle: ({ input, account }) => {
    if (account.state.balance < input.amount) return reject('InsufficientFunds', { balance: account.state.balance })
    return account.emit('MoneyWithdrawn', { amount: input.amount })
  },
})

const transfer = z.object({ from: z.string(), to: z.string(), amount: Money })

/** Two streams, both read, checked and written. */
export const Transfer = defineCommand({
  name: 'Transfer',
  input: transfer,
  streams: ({ from, to }) => ({ from: Account(from), to: Account(to) }),
  handle: ({ input, from, to }) => {
    if (from.state.balance < input.amount) return reject('InsufficientFunds', { balance: from.state.balance })
    return [from.emit('MoneyWithdrawn', { amount: input.amount }), to.emit('MoneyDeposited', { amount: input.amount })]
  },
})

/** Two streams written, and a third one that everybody reads: checked at commit, never written. */
export const LimitedTransfer = defineCommand({
  name: 'LimitedTransfer',
  input: transfer,
  streams: ({ from, to }) => ({ from: Account(from), to: Account(to), limits: Limits.readOnly('retail') }),
  handle: ({ input, from, to, limits }) => {
    if (input.amount > limits.state.limit) return reject('AboveLimit', { limit: limits.state.limit })
    if (from.state.balance < input.amount) return reject('InsufficientFunds', { balance: from.state.balance })
    return [from.emit('MoneyWithdrawn', { amount: input.amount }), to.emit('MoneyDeposited', { amount: input.amount })]
  },
})

/** A third stream that only the handler knows of: found while the command runs, and checked like the others. */
export const DiscoveringTransfer = defineCommand({
  name: 'DiscoveringTransfer',
  input: transfer,
  streams: ({ from, to }) => ({ from: Account(from), to: Account(to) }),
  handle: function* ({ input, from, to, read }) {
    const own = yield* read(Limits.readOnly(`of-${input.from}`))
    const limit = own.exists ? own.state.limit : 1_000
    if (input.amount > limit) return reject('AboveLimit', { limit })
    if (from.state.balance < input.amount) return reject('InsufficientFunds', { balance: from.state.balance })
    return [from.emit('MoneyWithdrawn', { amount: input.amount }), to.emit('MoneyDeposited', { amount: input.amount })]
  },
})

/** As many streams as the caller names: a deposit to each of them, all or nothing. */
export const PayOut = defineCommand({
  name: 'PayOut',
  input: z.object({ accounts: z.array(z.string()), amount: Money }),
  streams: ({ accounts }) => ({ accounts: Account.many(accounts) }),
  handle: ({ input, accounts }) =>
    accounts.ids.map((id) => accounts.of(id).emit('MoneyDeposited', { amount: input.amount })),
})
