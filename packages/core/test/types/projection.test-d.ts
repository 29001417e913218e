import type { PostgresEventStore } from '@eventcore/postgres'
import { defineProjection, type SqliteEventStore, type SqliteTransaction } from '@eventcore/sqlite'
import {
  defineProjection as defineOutside,
  type EventOf,
  type EventStore,
  type ProjectingStore,
  type Reactor,
  ReactorRunner,
  readEvents,
} from 'eventcore'
import { describe, expectTypeOf, test } from 'vitest'
import { Account, Stock } from './bank.ts'

declare const store: EventStore

describe('a subscription', () => {
  test('has a union of typed events, told apart by stream and type', async () => {
    for await (const event of readEvents(store, { streams: [Account, Stock] })) {
      if (event.streamName === 'stock') expectTypeOf(event.data).toEqualTypeOf<{ quantity: number }>()
      if (event.type === 'AccountOpened') expectTypeOf(event.data).toEqualTypeOf<{ owner: string }>()
      if (event.type === 'MoneyDeposited') expectTypeOf(event.streamName).toEqualTypeOf<'account'>()
    }
    expectTypeOf<EventOf<typeof Account>['type']>().toEqualTypeOf<
      'AccountOpened' | 'MoneyDeposited' | 'MoneyWithdrawn'
    >()
  })
})

describe('a projection', () => {
  const basics = { name: 'statement', version: 1, streams: [Account] } as const

  test('types what its handlers get', () => {
    defineProjection({
      ...basics,
      handlers: {
        account: {
          AccountOpened: ({ data, key }, tx) => {
            expectTypeOf(data.owner).toEqualTypeOf<string>()
            expectTypeOf(key).toEqualTypeOf<string>()
            expectTypeOf(tx).toEqualTypeOf<SqliteTransaction>()
          },
          MoneyDeposited: ({ data }, tx) => tx.run('…', data.amount),
          MoneyWithdrawn: () => null,
        },
      },
    })
  })

  test('needs a handler for every event, or a word about the others', () => {
    // @ts-expect-error: no handler for MoneyWithdrawn
    defineProjection({ ...basics, handlers: { account: { AccountOpened: () => {}, MoneyDeposited: () => {} } } })
    defineProjection({ ...basics, handlers: { account: { AccountOpened: () => {}, otherwise: 'ignore' } } })
    defineProjection({
      ...basics,
      handlers: {
        account: {
          AccountOpened: ({ data }, tx) => tx.run('…', data.owner),
          otherwise: ({ type }) => {
            expectTypeOf(type).toEqualTypeOf<'AccountOpened' | 'MoneyDeposited' | 'MoneyWithdrawn'>()
          },
        },
      },
    })
  })

  test('refuses a handler for an event that the stream does not have', () => {
    defineProjection({
      ...basics,
      // @ts-expect-error: no such event
      handlers: { account: { AccountOpened: () => {}, Moneydeposited: () => {}, otherwise: 'ignore' } },
    })
  })

  test('refuses to forget a stream', () => {
    // @ts-expect-error: no handlers for stock
    defineProjection({ ...basics, streams: [Account, Stock], handlers: { account: { otherwise: 'ignore' } } })
  })

  test('refuses a handler that is asynchronous where the transaction is not', () => {
    // @ts-expect-error: a promise
    defineProjection({ ...basics, handlers: { account: { AccountOpened: async () => {}, otherwise: 'ignore' } } })
    defineOutside({ ...basics, handlers: { account: { AccountOpened: async () => {}, otherwise: 'ignore' } } })
  })

  test('refuses what the event does not carry', () => {
    defineOutside({
      ...basics,
      // @ts-expect-error: AccountOpened has no amount
      handlers: { account: { AccountOpened: ({ data }) => data.amount, otherwise: 'ignore' } },
    })
  })
})

describe('a reactor', () => {
  test('runs on any store, whatever its transactions are', () => {
    const onEither = (store: SqliteEventStore | PostgresEventStore, reactor: Reactor) =>
      new ReactorRunner(store, reactor)
    const onAny = <Tx>(store: ProjectingStore<Tx>, reactor: Reactor) => new ReactorRunner(store, reactor)
    expectTypeOf(onEither).returns.toEqualTypeOf<ReactorRunner>()
    expectTypeOf(onAny).returns.toEqualTypeOf<ReactorRunner>()
  })
})
