// What a package of a user exports: nothing here is annotated.
import { type } from 'arktype'
import { defineCommand, defineStream, ensure, reject, unchecked } from 'eventcore'
import * as v from 'valibot'
import { z } from 'zod'

export const Account = defineStream('account', {
  events: {
    AccountOpened: z.object({ owner: z.string(), kind: z.enum(['private', 'business']).default('private') }),
    MoneyDeposited: z.object({ amount: z.int().positive(), note: z.string().optional() }),
    Closed: z.object({ at: z.iso.datetime().transform((text) => new Date(text)) }),
    Renamed: z.discriminatedUnion('by', [z.object({ by: z.literal('owner') }), z.object({ by: z.literal('bank') })]),
  },
  initial: () => ({ owner: undefined as string | undefined, balance: 0, history: [] as Date[] }),
  apply: {
    AccountOpened: (state, { owner }) => ({ ...state, owner }),
    MoneyDeposited: (state, { amount }) => ({ ...state, balance: state.balance + amount }),
    Closed: (state, { at }) => ({ ...state, history: [...state.history, at] }),
    Renamed: (state) => state,
  },
})

export const Deposits = Account.view({
  initial: () => new Map<string, number>(),
  apply: {
    AccountOpened: (deposits) => deposits,
    MoneyDeposited: (deposits, { amount }, event) => new Map([...deposits, [event.id, amount]]),
    Closed: (deposits) => deposits,
    Renamed: (deposits) => deposits,
  },
})

export const Approval = defineStream('approval', {
  events: { Granted: v.object({ by: v.string(), limit: v.optional(v.number(), 100) }) },
  initial: () => ({ granted: false, limit: 0 }),
  apply: { Granted: (_state, { limit }) => ({ granted: true, limit }) },
})

export const Stock = defineStream('stock', {
  events: {
    Sold: type({ quantity: 'number > 0', 'at?': 'string.date.parse' }),
    Counted: unchecked<{ pieces: number }>(),
  },
  initial: () => 0,
  apply: { Sold: (pieces, { quantity }) => pieces - quantity, Counted: (_pieces, { pieces }) => pieces },
})

export const Order = defineCommand({
  name: 'Order',
  input: z.object({ account: z.string(), skus: z.array(z.string()), rush: z.boolean().default(false) }),
  streams: ({ account, skus }) => ({
    account: Account(account),
    deposits: Deposits.readOnly(account),
    stock: Stock.many(skus),
  }),
  discover: ({ account }) => ({ approval: Approval.readOnly(account.state.owner ?? 'nobody') }),
  timeline: { initial: () => 0, apply: { stock: { Sold: (count, { quantity }) => count + quantity } } },
  handle: function* ({ account, deposits, stock, approval, timeline, read, input }) {
    yield* ensure(account.exists, 'NoSuchAccount')
    yield* ensure(timeline < 100, 'SoldOut', { sold: timeline, deposits: deposits.state.size })
    const other = yield* read(Approval(account.stream))
    if (!approval.state.granted && !other.state.granted) return reject('NeedsApproval', new Date())
    return [other.emit('Granted', { by: 'x' }), ...input.skus.map((sku) => stock.of(sku).emit('Sold', { quantity: 1 }))]
  },
})

export const Close = defineCommand({
  name: 'Close',
  input: v.object({ id: v.string() }),
  streams: ({ id }) => ({ account: Account(id) }),
  handle: async ({ account, now }) => account.emit('Closed', { at: now.toISOString() }),
})

export const order = Order({ account: 'alice', skus: [] })
export const reference = Account('alice')
export const references = Stock.manyReadOnly(['a'])
export const notToday = (reason: string) => reject('NotToday', { reason })
export const boundary = (id: string) => ({ account: Account(id), approval: Approval.readOnly(id) })
