import { defineCommand } from 'eventcore'
import { Account, input, Limits, madeElsewhere } from './bank.ts'

// Mistake: an event that the stream does not have
defineCommand({
  name: 'Steal',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => [account.emit('MoneyStolen', { amount: 1 })],
})

// Mistake: a payload with a misspelt property
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => [account.emit('MoneyDeposited', { amont: 1 })],
})

// Mistake: a payload with a value of the wrong type
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => [account.emit('MoneyDeposited', { amount: '1' })],
})

// Mistake: the payload of only one of the events that may be meant
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => [account.emit(account.exists ? 'MoneyDeposited' : 'AccountOpened', { amount: 1 })],
})

// Mistake: an event without its payload
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ account }) => [account.emit('MoneyDeposited')],
})

// Mistake: a write to a stream that was not declared
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: ({ acount }) => [acount.emit('MoneyDeposited', { amount: 1 })],
})

// Mistake: a write to a read-only stream
defineCommand({
  name: 'SetLimit',
  input,
  streams: () => ({ limits: Limits.readOnly('retail') }),
  handle: ({ limits }) => [limits.emit('LimitSet', { most: 1 })],
})

// Mistake: a write to one of many read-only streams
defineCommand({
  name: 'SetLimit',
  input,
  streams: () => ({ limits: Limits.manyReadOnly(['retail', 'business']) }),
  handle: ({ limits }) => [limits.of('retail').emit('LimitSet', { most: 1 })],
})

// Mistake: a write to many streams at once
defineCommand({
  name: 'SetLimit',
  input,
  streams: () => ({ limits: Limits.many(['retail', 'business']) }),
  handle: ({ limits }) => [limits.emit('LimitSet', { most: 1 })],
})

// Mistake: a write while streams are being discovered
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  discover: ({ account }) => ({ limits: Limits(account.emit('AccountOpened', { owner: 'eve' }).stream) }),
  handle: () => [],
})

// Mistake: a write made in another command
defineCommand({
  name: 'Deposit',
  input,
  streams: ({ id }) => ({ account: Account(id) }),
  handle: () => [madeElsewhere],
})
