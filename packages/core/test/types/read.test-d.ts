import {
  defineCommand,
  type EventsOf,
  type ReadOnlyStream,
  type StreamCollection,
  unchecked,
  type WritableStream,
} from 'eventcore'
import { describe, expectTypeOf, test } from 'vitest'
import { Account, Approval, Stock } from './bank.ts'

const input = unchecked<{ id: string }>()
const streams = ({ id }: { id: string }) => ({ account: Account(id) })

type ApprovalStream<Name extends string> = WritableStream<Name, EventsOf<typeof Approval>, { granted: boolean }>
type StockStream<Name extends string> = WritableStream<Name, EventsOf<typeof Stock>, number>

describe('read', () => {
  test('is awaited in an asynchronous handler', () => {
    defineCommand({
      name: 'Read',
      input,
      streams,
      handle: async ({ read }) => {
        const one = await read(Approval('x'))
        expectTypeOf(one).toEqualTypeOf<ApprovalStream<'Read'>>()
        const { seen, stock } = await read({ seen: Approval.readOnly('x'), stock: Stock.many(['a']) })
        expectTypeOf(seen).toEqualTypeOf<ReadOnlyStream<{ granted: boolean }>>()
        expectTypeOf(stock).toEqualTypeOf<StreamCollection<StockStream<'Read'>>>()
        const many = await read(Stock.manyReadOnly(['a']))
        expectTypeOf(many).toEqualTypeOf<StreamCollection<ReadOnlyStream<number>>>()
        return [one.emit('Granted', { by: 'x' }), stock.of('a').emit('Sold', {})]
      },
    })
  })

  test('is delegated to in a generator', () => {
    defineCommand({
      name: 'Read',
      input,
      streams,
      handle: function* ({ read }) {
        const one = yield* read(Approval('x'))
        expectTypeOf(one).toEqualTypeOf<ApprovalStream<'Read'>>()
        const { seen, stock } = yield* read({ seen: Approval.readOnly('x'), stock: Stock.many(['a']) })
        expectTypeOf(seen).toEqualTypeOf<ReadOnlyStream<{ granted: boolean }>>()
        expectTypeOf(stock).toEqualTypeOf<StreamCollection<StockStream<'Read'>>>()
        return [one.emit('Granted', { by: 'x' }), stock.of('a').emit('Sold', {})]
      },
    })
  })

  test('gives nothing before it is waited for', () => {
    defineCommand({
      name: 'Read',
      input,
      streams,
      handle: ({ read }) => {
        // @ts-expect-error neither awaited nor delegated to
        read(Approval('x')).state
        return []
      },
    })
  })

  test('takes references, one or an object of several', () => {
    defineCommand({
      name: 'Read',
      input,
      streams,
      handle: async ({ read }) => {
        // @ts-expect-error a stream id
        await read('approval/x')
        // @ts-expect-error the definition of a stream, without an id
        await read(Approval)
        // @ts-expect-error a list
        await read([Approval('x'), Stock('y')])
        return []
      },
    })
  })
})

describe('discover', () => {
  test('sees the states of the declared streams, and adds streams to the context', () => {
    defineCommand({
      name: 'Discover',
      input,
      streams: ({ id }) => ({ account: Account(id), stock: Stock.many([id]) }),
      discover: ({ account, stock, input: { id } }) => {
        expectTypeOf(account).toEqualTypeOf<ReadOnlyStream<{ open: boolean; balance: number }>>()
        expectTypeOf(stock).toEqualTypeOf<StreamCollection<ReadOnlyStream<number>>>()
        return { approval: Approval(id), others: Stock.manyReadOnly([String(account.state.balance)]) }
      },
      handle: ({ approval, others, account }) => {
        expectTypeOf(approval).toEqualTypeOf<ApprovalStream<'Discover'>>()
        expectTypeOf(others).toEqualTypeOf<StreamCollection<ReadOnlyStream<number>>>()
        expectTypeOf(account.state.open).toEqualTypeOf<boolean>()
        return [approval.emit('Granted', { by: 'x' })]
      },
    })
  })

  test('need not look at anything', () => {
    defineCommand({
      name: 'Discover',
      input,
      streams,
      discover: () => ({ approval: Approval('x') }),
      handle: ({ approval }) => [approval.emit('Granted', { by: 'x' })],
    })
    defineCommand({
      name: 'Discover',
      input,
      streams: () => ({ account: Account('x') }),
      discover: () => ({ approval: Approval('x') }),
      handle: ({ approval, account }) => [
        approval.emit('Granted', { by: 'x' }),
        account.emit('MoneyDeposited', { amount: 1 }),
      ],
    })
  })

  test('is synchronous', () => {
    defineCommand({
      name: 'Discover',
      input,
      streams,
      // @ts-expect-error a promise of streams
      discover: async () => ({ approval: Approval('x') }),
      handle: () => [],
    })
  })
})

describe('a timeline', () => {
  test('folds events of several streams into one state', () => {
    defineCommand({
      name: 'Timeline',
      input,
      streams: ({ id }) => ({ account: Account(id), stock: Stock.many([id]) }),
      timeline: {
        initial: (): { last: 'deposit' | 'sale' | 'none'; count: number } => ({ last: 'none', count: 0 }),
        apply: {
          account: {
            MoneyDeposited: (state, { amount }, event) => {
              expectTypeOf(state).toEqualTypeOf<Readonly<{ last: 'deposit' | 'sale' | 'none'; count: number }>>()
              expectTypeOf(amount).toEqualTypeOf<number>()
              expectTypeOf(event.stream).toEqualTypeOf<string>()
              return { last: 'deposit', count: state.count + 1 }
            },
          },
          stock: { Sold: (state, { quantity }) => ({ last: 'sale', count: state.count + quantity }) },
        },
      },
      handle: ({ timeline }) => {
        expectTypeOf(timeline).toEqualTypeOf<Readonly<{ last: 'deposit' | 'sale' | 'none'; count: number }>>()
        return []
      },
    })
  })

  test('names streams and events that are there', () => {
    defineCommand({
      name: 'Timeline',
      input,
      streams,
      // @ts-expect-error there is no such event
      timeline: { initial: () => 0, apply: { account: { MoneyStolen: (count) => count } } },
      handle: () => [],
    })
    defineCommand({
      name: 'Timeline',
      input,
      streams,
      // @ts-expect-error there is no such stream
      timeline: { initial: () => 0, apply: { acount: { MoneyDeposited: () => 0 } } },
      handle: () => [],
    })
    defineCommand({
      name: 'Timeline',
      input,
      streams,
      // @ts-expect-error the step returns another state
      timeline: { initial: () => 0, apply: { account: { MoneyDeposited: () => 'none' } } },
      handle: () => [],
    })
  })
})
