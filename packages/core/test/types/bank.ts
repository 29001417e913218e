// The domain that the type tests share.
import { defineCommand, defineStream, reject, unchecked } from 'eventcore'
import { z } from 'zod'

const Money = z.int().positive()

export const Account = defineStream('account', {
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: Money }),
    MoneyWithdrawn: z.object({ amount: Money }),
  },
  initial: () => ({ open: false, balance: 0 }),
  apply: {
    AccountOpened: (state) => ({ ...state, open: true }),
    MoneyDeposited: (state, { amount }) => ({ ...state, balance: state.balance + amount }),
    MoneyWithdrawn: (state, { amount }) => ({ ...state, balance: state.balance - amount }),
  },
})

export const Approval = defineStream('approval', {
  events: { Granted: unchecked<{ by: string }>() },
  initial: () => ({ granted: false }),
  apply: { Granted: () => ({ granted: true }) },
})

export const Stock = defineStream('stock', {
  events: { Sold: z.object({ quantity: z.int().default(1) }) },
  initial: () => 0,
  apply: { Sold: (state, { quantity }) => state - quantity },
})

export const TransferMoney = defineCommand({
  name: 'TransferMoney',
  input: z.object({ from: z.string(), to: z.string(), amount: Money }),
  streams: ({ from, to }) => ({ from: Account(from), to: Account(to), policy: Approval.readOnly('policy') }),
  handle: async ({ input, from, to, read }) => {
    if (from.state.balance < input.amount) return reject('InsufficientFunds', { balance: from.state.balance })
    const approval = await read(Approval(input.from))
    if (!approval.state.granted) return reject('NeedsApproval')
    return [from.emit('MoneyWithdrawn', { amount: input.amount }), to.emit('MoneyDeposited', { amount: input.amount })]
  },
})
