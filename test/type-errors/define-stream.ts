import { defineStream } from 'eventcore'
import { z } from 'zod'
import { Account } from './bank.ts'

const Opened = z.object({ owner: z.string() })
const Deposited = z.object({ amount: z.number() })

// Mistake: apply forgets an event
defineStream('account', {
  events: { Opened, Deposited },
  initial: () => ({ balance: 0 }),
  apply: { Opened: (state) => state },
})

// Mistake: apply has an event that the stream does not have
defineStream('account', {
  events: { Opened },
  initial: () => ({ balance: 0 }),
  apply: { Opened: (state) => state, Closed: (state) => state },
})

// Mistake: a step looks at a property that the payload does not have
defineStream('account', {
  events: { Deposited },
  initial: () => ({ balance: 0 }),
  apply: { Deposited: (state, { sum }) => ({ balance: state.balance + sum }) },
})

// Mistake: a step returns a state with a property of the wrong type
defineStream('account', {
  events: { Opened },
  initial: () => ({ owner: '', balance: 0 }),
  apply: { Opened: (state, { owner }) => ({ ...state, owner, balance: 'none' }) },
})

// Mistake: a step returns another status than there are
defineStream('account', {
  events: { Opened },
  initial: (): { status: 'new' | 'open' } => ({ status: 'new' }),
  apply: { Opened: () => ({ status: 'opn' }) },
})

// Mistake: a step changes the state in place
defineStream('account', {
  events: { Deposited },
  initial: () => ({ balance: 0 }),
  apply: {
    Deposited: (state, { amount }) => {
      state.balance += amount
      return state
    },
  },
})

// Mistake: a payload takes a date
defineStream('account', {
  events: { Opened: z.object({ owner: z.string(), at: z.date() }) },
  initial: () => 0,
  apply: { Opened: (state) => state },
})

// Mistake: a payload takes a bigint, deep inside
defineStream('order', {
  events: { Placed: z.object({ items: z.array(z.object({ sku: z.string(), price: z.bigint() })) }) },
  initial: () => 0,
  apply: { Placed: (state) => state },
})

// Mistake: a payload is a map
defineStream('order', {
  events: { Placed: z.map(z.string(), z.number()) },
  initial: () => 0,
  apply: { Placed: (state) => state },
})

// Mistake: an event has no schema
defineStream('account', {
  events: { Opened: 'owner' },
  initial: () => 0,
  apply: { Opened: (state) => state },
})

// Mistake: a view forgets an event
Account.view({
  initial: () => 0,
  apply: { MoneyDeposited: (count) => count + 1, MoneyWithdrawn: (count) => count },
})

// Mistake: a snapshot is to be kept of a state that is not JSON
defineStream('account', {
  events: { Opened },
  initial: () => ({ owners: new Set<string>() }),
  apply: { Opened: (state, { owner }) => ({ owners: new Set([...state.owners, owner]) }) },
  snapshot: { name: 'owners', version: 1 },
})
