import { defineProjection } from 'eventcore'
import { Account, Limits } from './bank.ts'

// Mistake: no handler for an event
defineProjection({
  name: 'statement',
  version: 1,
  streams: [Account],
  handlers: { account: { AccountOpened: () => {}, MoneyDeposited: () => {} } },
})

// Mistake: a handler for an event that the stream does not have
defineProjection({
  name: 'statement',
  version: 1,
  streams: [Account],
  handlers: { account: { MoneyStolen: () => {}, otherwise: 'ignore' } },
})

// Mistake: no handlers for a stream
defineProjection({
  name: 'statement',
  version: 1,
  streams: [Account, Limits],
  handlers: { account: { otherwise: 'ignore' } },
})

// Mistake: a handler looks at a property that the payload does not have
defineProjection({
  name: 'statement',
  version: 1,
  streams: [Limits],
  handlers: { limits: { LimitSet: ({ data }) => data.least } },
})
