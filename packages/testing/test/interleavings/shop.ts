import { defineCommand, defineStream, reject, unchecked } from 'eventcore'

/** A small world in which everything can go wrong that concurrency can do. */
export const Purse = defineStream('purse', {
  events: { Paid: unchecked<{ amount: number }>(), Spent: unchecked<{ amount: number }>() },
  initial: () => ({ balance: 0 }),
  apply: {
    Paid: ({ balance }, { amount }) => ({ balance: balance + amount }),
    Spent: ({ balance }, { amount }) => ({ balance: balance - amount }),
  },
})

export const Guest = defineStream('guest', {
  events: { Arrived: unchecked<{ purse: string }>(), Left: unchecked<Record<string, never>>() },
  initial: () => ({ here: false, purse: '' }),
  apply: {
    Arrived: (_, { purse }) => ({ here: true, purse }),
    Left: ({ purse }) => ({ here: false, purse }),
  },
})

/** Two streams, written both, refused when there is too little: lost updates. */
export const Give = defineCommand({
  name: 'Give',
  input: unchecked<{ from: string; to: string; amount: number }>(),
  streams: ({ from, to }) => ({ from: Purse(from), to: Purse(to) }),
  handle: ({ input: { amount }, from, to }) => {
    if (from.state.balance < amount) return reject('TooLittle', from.state)
    return [from.emit('Spent', { amount }), to.emit('Paid', { amount })]
  },
})

/** Which purse pays stands in the stream just read, and is found at run time. */
export const Spend = defineCommand({
  name: 'Spend',
  input: unchecked<{ guest: string; amount: number }>(),
  streams: ({ guest }) => ({ guest: Guest.readOnly(guest) }),
  handle: function* ({ input: { amount }, guest, read }) {
    if (!guest.state.here) return reject('NotHere')
    const purse = yield* read(Purse(guest.state.purse))
    if (purse.state.balance < amount) return reject('TooLittle', purse.state)
    return [purse.emit('Spent', { amount })]
  },
})

/** Nobody may come while the other is here: depends on a stream that may be absent, and that it does not write. Write skew. */
export const Arrive = defineCommand({
  name: 'Arrive',
  input: unchecked<{ guest: string; unless: string; purse: string }>(),
  streams: ({ guest, unless }) => ({ guest: Guest(guest), other: Guest.readOnly(unless) }),
  handle: async ({ input: { purse }, guest, other }) => {
    await Promise.resolve()
    if (guest.state.here) return reject('HereAlready')
    if (other.state.here) return reject('Occupied')
    return [guest.emit('Arrived', { purse })]
  },
})

export const Leave = defineCommand({
  name: 'Leave',
  input: unchecked<{ guest: string }>(),
  streams: ({ guest }) => ({ guest: Guest(guest) }),
  handle: ({ guest }) => (guest.state.here ? [guest.emit('Left', {})] : []),
})
