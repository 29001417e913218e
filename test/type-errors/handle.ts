import { defineCommand, ensure, reject } from 'eventcore'
import { Account, input, Limits } from './bank.ts'

// Mistake: handle returns nothing
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => {
    account.emit('MoneyDeposited', { amount: 1 })
  },
})

// Mistake: one branch of handle returns nothing
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => {
    if (account.exists) return account.emit('MoneyDeposited', { amount: 1 })
  },
})

// Mistake: handle returns something else
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: () => 'deposited',
})

// Mistake: handle returns a rejection in a list
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: () => [reject('NotToday')],
})

// Mistake: handle returns ensure instead of yielding it
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => ensure(account.exists, 'NoSuchAccount'),
})

// Mistake: handle is an asynchronous generator
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: async function* ({ account, read }) {
    const limits = await read(Limits('retail'))
    yield* ensure(limits.state.most > account.state.balance, 'TooMuch')
    return []
  },
})

// Mistake: handle stands before streams
defineCommand({
  name: 'Deposit',
  input,
  handle: ({ account }) => [account.emit('MoneyDeposited', { amount: 1 })],
  streams: ({ id }) => ({ account: Account(id) }),
})

// Mistake: handle stands before discover
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ limits }) => (limits.state.most > 1 ? [] : reject('NotToday')),
  discover: ({ account }) => ({ limits: Limits.readOnly(account.state.open ? 'a' : 'b') }),
})

// Mistake: handle changes a state in place
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => {
    account.state.balance += 1
    return []
  },
})

// Mistake: the code of a rejection is a number
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: () => reject(404),
})
