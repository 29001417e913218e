import { defineCommand } from 'eventcore'
import { Account, input, Limits } from './bank.ts'

// Mistake: a stream takes a name of the context
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ read: Account(id) }),
  handle: () => [],
})

// Mistake: a discovered stream takes a name of the context
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  discover: () => ({ now: Limits('retail') }),
  handle: () => [],
})

// Mistake: a discovered stream takes the name of a declared one
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  discover: () => ({ account: Limits('retail') }),
  handle: () => [],
})

// Mistake: a stream is declared without its id
defineCommand({
  name: 'Deposit',
  input,
  streams: () => ({ account: Account }),
  handle: ({ account }) => [account.emit('MoneyDeposited', { amount: 1 })],
})

// Mistake: streams looks at an input that is not there
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ account }) => ({ account: Account(account) }),
  handle: () => [],
})

// Mistake: an id that is not text
defineCommand({
  name: 'Deposit',
  input,
  streams: () => ({ account: Account(42) }),
  handle: () => [],
})

// Mistake: a discovered stream is looked at before it is read
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: async ({ read }) => {
    const limits = read(Limits('retail'))
    return limits.state.most > 1 ? [] : []
  },
})

// Mistake: read takes the definition of a stream
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: async ({ read }) => {
    await read(Limits)
    return []
  },
})

// Mistake: read takes a stream id
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: async ({ read }) => {
    await read('limits/retail')
    return []
  },
})

// Mistake: a timeline names an event that its stream does not have
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  timeline: { initial: () => 0, apply: { account: { MoneyStolen: (count) => count + 1 } } },
  handle: () => [],
})

// Mistake: a timeline names a stream that is not declared
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  timeline: { initial: () => 0, apply: { acount: { MoneyDeposited: (count) => count } } },
  handle: () => [],
})
