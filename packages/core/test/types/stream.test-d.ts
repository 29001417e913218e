import {
  defineCommand,
  defineStream,
  type EventData,
  type EventInput,
  type EventsOf,
  type FoldedEvent,
  type StateOf,
  type StreamDefinition,
  type StreamReference,
  type StreamsReference,
  unchecked,
} from 'eventcore'
import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { Account, type Stock } from './bank.ts'

interface AccountEvents {
  AccountOpened: { owner: string }
  MoneyDeposited: { amount: number }
  MoneyWithdrawn: { amount: number }
}

interface AccountState {
  open: boolean
  balance: number
}

describe('a stream definition', () => {
  test('has a type of plain payloads and states', () => {
    expectTypeOf<EventsOf<typeof Account>>().toEqualTypeOf<AccountEvents>()
    expectTypeOf(Account.streamName).toEqualTypeOf<'account'>()
    expectTypeOf(Account).toExtend<StreamDefinition<'account', AccountEvents, AccountState>>()
  })

  test('tells its state, which is read-only', () => {
    expectTypeOf<StateOf<typeof Account>>().toEqualTypeOf<Readonly<AccountState>>()
    expectTypeOf<StateOf<typeof Stock>>().toEqualTypeOf<number>()
  })

  test('tells what of an event is stored and what is seen', () => {
    expectTypeOf<EventInput<EventsOf<typeof Stock>['Sold']>>().toEqualTypeOf<{ quantity?: number | undefined }>()
    expectTypeOf<EventData<EventsOf<typeof Stock>['Sold']>>().toEqualTypeOf<{ quantity: number }>()
    expectTypeOf<EventInput<EventsOf<typeof Account>['AccountOpened']>>().toEqualTypeOf<{ owner: string }>()
    expectTypeOf<EventData<EventsOf<typeof Account>['AccountOpened']>>().toEqualTypeOf<{ owner: string }>()
  })

  test('makes references that say what may be done with them', () => {
    expectTypeOf(Account('alice')).toEqualTypeOf<
      StreamReference<'account', EventsOf<typeof Account>, AccountState, 'read-write'>
    >()
    expectTypeOf(Account.readOnly('alice').access).toEqualTypeOf<'read-only'>()
    expectTypeOf(Account.many(new Set(['alice']))).toEqualTypeOf<
      StreamsReference<'account', EventsOf<typeof Account>, AccountState, 'read-write'>
    >()
    expectTypeOf(Account.manyReadOnly([]).access).toEqualTypeOf<'read-only'>()
    // @ts-expect-error one text, of which the letters would be the ids
    Account.many('alice')
    // @ts-expect-error the same
    Account.manyReadOnly('alice')
  })

  test('has the same streams and events, and another state, as a view', () => {
    const Owner = Account.view({
      initial: () => ({ owner: undefined as string | undefined }),
      apply: {
        AccountOpened: (_state, { owner }) => ({ owner }),
        MoneyDeposited: (state) => state,
        MoneyWithdrawn: (state) => state,
      },
    })
    expectTypeOf<StateOf<typeof Owner>>().toEqualTypeOf<{ readonly owner: string | undefined }>()
    expectTypeOf<EventsOf<typeof Owner>>().toEqualTypeOf<EventsOf<typeof Account>>()
    expectTypeOf(Owner.streamName).toEqualTypeOf<'account'>()
  })

  test('takes the state from initial alone, and what a step returns is of it', () => {
    const events = { Knocked: unchecked<{ by: string }>(), Opened: unchecked<null>() }
    const Door = defineStream('door', {
      events,
      initial: (): { is: 'open'; by: string } | { is: 'shut' } => ({ is: 'shut' }),
      apply: {
        Knocked: (_state, { by }) => ({ is: 'open', by }),
        // @ts-expect-error a door is open or shut
        Opened: () => ({ is: 'ajar' }),
      },
    })
    expectTypeOf<StateOf<typeof Door>['is']>().toEqualTypeOf<'open' | 'shut'>()
    defineStream('door', {
      events,
      initial: () => ({ knocks: 0 }),
      apply: {
        Knocked: (state) => ({ ...state, knocks: state.knocks + 1 }),
        // @ts-expect-error a step forgets a part of the state
        Opened: () => ({}),
      },
    })
    // @ts-expect-error a step returns nothing
    defineStream('door', { events, initial: () => 0, apply: { Knocked: () => {}, Opened: () => 0 } })
  })

  test('keeps the literals that a step returns, whether the step looks at the state or not', () => {
    type Status = 'open' | 'closed'
    interface Ticket {
      status: Status
      history: { status: Status; at?: number }[]
      flags: Status[]
    }
    const events = { Opened: unchecked<null>(), Closed: unchecked<{ at: number }>() }
    const initial = (): Ticket => ({ status: 'open', history: [], flags: [] })
    defineStream('ticket', {
      events,
      initial: (): Status => 'open',
      apply: { Opened: () => 'open', Closed: () => 'closed' },
    })
    defineStream('ticket', {
      events,
      initial: (): 0 | 1 => 0,
      apply: { Opened: () => 0, Closed: (state) => (state === 0 ? 1 : 0) },
    })
    defineStream('ticket', {
      events,
      initial: (): Status[] => [],
      apply: { Opened: () => ['open'], Closed: (s) => [...s, 'closed'] },
    })
    const Ticket = defineStream('ticket', {
      events,
      initial,
      apply: {
        Opened: () => ({ status: 'open', history: [{ status: 'open' }], flags: ['open'] }),
        Closed: (state, { at }) => ({
          ...state,
          status: 'closed',
          history: [...state.history, { status: 'closed', at }],
          flags: at > 0 ? ['closed'] : [],
        }),
      },
    })
    Ticket.view({ initial, apply: { Opened: () => ({ ...initial(), status: 'closed' }), Closed: (state) => state } })
  })

  test('lets a state be an array, a map, a union with undefined, or of a class', () => {
    const events = { Said: unchecked<string>() }
    defineStream('list', { events, initial: () => ['a'], apply: { Said: (state, said) => [...state, said] } })
    defineStream('list', { events, initial: () => ['a'], apply: { Said: (state) => state } })
    defineStream('map', {
      events,
      initial: () => new Map<string, number>(),
      apply: { Said: (state, said) => new Map([...state, [said, 1]]) },
    })
    defineStream('last', {
      events,
      initial: (): string | undefined => undefined,
      apply: { Said: (_state, said) => said },
    })
    defineStream('url', {
      events,
      initial: () => new URL('https://example.org'),
      apply: { Said: (state, said) => new URL(said, state) },
    })
  })

  test('tells the members of a state that is a union apart, in every kind of step', () => {
    type Seat = { status: 'free' } | { status: 'held'; order: string; until?: number }
    const events = { Held: unchecked<{ order: string }>(), Released: unchecked<{ order: string }>() }
    const initial = (): Seat => ({ status: 'free' })
    const release = (state: Readonly<Seat>, { order }: { order: string }): Readonly<Seat> =>
      state.status === 'held' && state.order === order ? { status: 'free' } : state
    const Seats = defineStream('seat', {
      events,
      initial,
      apply: {
        Held: (state, { order }) => (state.status === 'held' ? state : { status: 'held', order }),
        Released: (state, { order }) => (state.status === 'held' && state.order === order ? { status: 'free' } : state),
      },
    })
    Seats.view({
      initial,
      apply: {
        Held: (state, { order }) => (state.status === 'held' ? { ...state, until: 5 } : { status: 'held', order }),
        Released: release,
      },
    })
    defineCommand({
      name: 'Release',
      input: unchecked<{ seat: string }>(),
      streams: ({ seat }) => ({ seat: Seats(seat) }),
      timeline: {
        initial,
        apply: { seat: { Released: (state) => (state.status === 'held' && state.until === 5 ? state : initial()) } },
      },
      handle: ({ seat }) => (seat.state.status === 'held' ? seat.emit('Released', { order: seat.state.order }) : []),
    })
    expectTypeOf<StateOf<typeof Seats>>().toEqualTypeOf<
      Readonly<{ status: 'free' }> | Readonly<{ status: 'held'; order: string; until?: number }>
    >()
    defineStream('seat', {
      events,
      initial,
      apply: {
        // @ts-expect-error only a seat that is held has an order
        Held: (state) => (state.order === 'a' ? state : initial()),
        // @ts-expect-error a member of the union is given in part
        Released: () => ({ status: 'held' }),
      },
    })
  })

  test('hands the output of the schema and the event itself to a step', () => {
    defineStream('letter', {
      events: { Sent: z.object({ at: z.string().transform((text) => new Date(text)) }) },
      initial: () => 0,
      apply: {
        Sent: (state, data, event) => {
          expectTypeOf(state).toEqualTypeOf<number>()
          expectTypeOf(data).toEqualTypeOf<{ at: Date }>()
          expectTypeOf(event).toEqualTypeOf<FoldedEvent>()
          return state
        },
      },
    })
  })

  test('is inferred whether its steps annotate their parameters or not, and wherever they come from', () => {
    const apply = { Counted: (count: number, { by }: { by: number }) => count + by }
    const Counter = defineStream('counter', {
      events: { Counted: unchecked<{ by: number }>() },
      initial: () => 0,
      apply,
    })
    expectTypeOf<EventsOf<typeof Counter>>().toEqualTypeOf<{ Counted: { by: number } }>()
    // @ts-expect-error the step takes another payload than the event has
    defineStream('counter', { events: { Counted: unchecked<{ by: string }>() }, initial: () => 0, apply })
  })

  test('knows events whose names mean something to JavaScript', () => {
    const Odd = defineStream('odd', {
      events: {
        constructor: unchecked<{ a: 1 }>(),
        toString: unchecked<{ b: 2 }>(),
        ['__proto__']: unchecked<{ c: 3 }>(),
        '1': unchecked<{ d: 4 }>(),
        'with space': unchecked<{ e: 5 }>(),
      },
      initial: () => 0,
      apply: {
        constructor: (state, { a }) => state + a,
        toString: (state, { b }) => state + b,
        ['__proto__']: (state, { c }) => state + c,
        '1': (state, { d }) => state + d,
        'with space': (state, { e }) => state + e,
      },
    })
    expectTypeOf<EventsOf<typeof Odd>>().toEqualTypeOf<{
      constructor: { a: 1 }
      toString: { b: 2 }
      ['__proto__']: { c: 3 }
      '1': { d: 4 }
      'with space': { e: 5 }
    }>()
  })

  test('has no step for an event that it does not have, in a view as in the stream', () => {
    const steps = { AccountOpened: () => 0, MoneyDeposited: () => 0, MoneyWithdrawn: () => 0 }
    Account.view({ initial: () => 0, apply: steps })
    // @ts-expect-error a view forgets an event
    Account.view({ initial: () => 0, apply: { AccountOpened: () => 0, MoneyDeposited: () => 0 } })
    // @ts-expect-error a view names an event that the stream does not have
    Account.view({ initial: () => 0, apply: { ...steps, MoneyStolen: () => 0, MoneyFound: (state) => state } })
  })

  test('keeps snapshots of states that are JSON, and of no others', () => {
    const events = { Opened: unchecked<{ owner: string }>() }
    const snapshot = { name: 'state', version: 1 }
    const Kept = defineStream('account', {
      events,
      initial: (): { owner?: string; tags: readonly string[] } => ({ tags: [] }),
      apply: { Opened: (state, { owner }) => ({ ...state, owner }) },
      snapshot,
    })
    expectTypeOf<StateOf<typeof Kept>>().toEqualTypeOf<Readonly<{ owner?: string; tags: readonly string[] }>>()
    Kept.view({ initial: () => 0, apply: { Opened: (count) => count + 1 }, snapshot: { name: 'count', version: 1 } })
    const tags = {
      initial: () => ({ tags: new Set<string>() }),
      apply: { Opened: (state: { tags: Set<string> }) => state },
    }
    // @ts-expect-error a set is not JSON
    defineStream('account', { events, ...tags, snapshot })
    // @ts-expect-error a date is not JSON
    Kept.view({ initial: () => new Date(0), apply: { Opened: (state) => state }, snapshot })
    // @ts-expect-error a snapshot has a version
    Kept.view({ initial: () => 0, apply: { Opened: (state) => state }, snapshot: { name: 'x' } })
  })
})
