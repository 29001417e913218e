import {
  type Command,
  type CommandDefinition,
  type CommandExecutor,
  type CommittedOutcome,
  defineCommand,
  defineStream,
  type EventsOf,
  ensure,
  type Metadata,
  type ReadOnlyStream,
  reject,
  type StreamCollection,
  unchecked,
  type WritableStream,
} from 'eventcore'
import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { Account, Approval, Stock, TransferMoney } from './bank.ts'

const input = unchecked<{ id: string }>()

type AccountStream<Name extends string> = WritableStream<
  Name,
  EventsOf<typeof Account>,
  { open: boolean; balance: number }
>

describe('the input of a command', () => {
  test('is what its schema takes', () => {
    expectTypeOf(TransferMoney).parameters.toEqualTypeOf<[{ from: string; to: string; amount: number }]>()
    // @ts-expect-error the amount is missing
    TransferMoney({ from: 'alice', to: 'bob' })
    // @ts-expect-error the amount is a number
    TransferMoney({ from: 'alice', to: 'bob', amount: '100' })
    // @ts-expect-error there is no fee
    TransferMoney({ from: 'alice', to: 'bob', amount: 100, fee: 1 })
    // @ts-expect-error a command has an input
    TransferMoney()
  })

  test('is, inside the command, what its schema puts out', () => {
    const Remind = defineCommand({
      name: 'Remind',
      input: z.object({
        id: z.string(),
        at: z.string().transform((text) => new Date(text)),
        times: z.int().default(1),
      }),
      streams: (seen) => {
        expectTypeOf(seen).toEqualTypeOf<{ id: string; at: Date; times: number }>()
        return { account: Account(seen.id) }
      },
      discover: ({ input: seen }) => {
        expectTypeOf(seen).toEqualTypeOf<{ id: string; at: Date; times: number }>()
        return {}
      },
      handle: ({ input: seen }) => {
        expectTypeOf(seen).toEqualTypeOf<{ id: string; at: Date; times: number }>()
        return []
      },
    })
    expectTypeOf(Remind).parameters.toEqualTypeOf<[{ id: string; at: string; times?: number | undefined }]>()
    Remind({ id: 'alice', at: '2026-01-01' })
  })
})

describe('a command definition', () => {
  test('has a type of plain inputs and rejections', () => {
    const Close = defineCommand({ name: 'Close', input, streams: ({ id }) => ({ a: Account(id) }), handle: () => [] })
    expectTypeOf(Close).toEqualTypeOf<CommandDefinition<'Close', { id: string }, never>>()
    expectTypeOf(Close({ id: 'alice' })).toEqualTypeOf<Command<'Close', never>>()
    expectTypeOf(Close.commandName).toEqualTypeOf<'Close'>()
  })

  test('may return one event, a list, an empty list, or a promise of them', () => {
    const streams = ({ id }: { id: string }) => ({ account: Account(id) })
    defineCommand({
      name: 'One',
      input,
      streams,
      handle: ({ account }) => account.emit('MoneyDeposited', { amount: 1 }),
    })
    defineCommand({ name: 'None', input, streams, handle: () => [] })
    defineCommand({
      name: 'Soon',
      input,
      streams,
      handle: async ({ account }) => [account.emit('MoneyDeposited', { amount: 1 })],
    })
    defineCommand({
      name: 'Frozen',
      input,
      streams,
      handle: ({ account }) => Object.freeze([account.emit('MoneyDeposited', { amount: 1 })]),
    })
    defineCommand({
      name: 'Maybe',
      input,
      streams,
      handle: ({ account }) => (account.exists ? account.emit('MoneyDeposited', { amount: 1 }) : []),
    })
    defineCommand({
      name: 'Generated',
      input,
      streams,
      handle: function* ({ account, read }) {
        yield* read(Stock('x'))
        return [account.emit('MoneyDeposited', { amount: 1 })]
      },
    })
  })

  test('may be written with methods', () => {
    defineCommand({
      name: 'Methods',
      input,
      streams({ id }) {
        return { account: Account(id) }
      },
      discover({ account }) {
        return { approval: Approval.readOnly(account.stream) }
      },
      *handle({ account, approval, read }) {
        yield* ensure(approval.state.granted, 'NotGranted')
        const stock = yield* read(Stock('x'))
        return [account.emit('MoneyDeposited', { amount: stock.state })]
      },
    })
    defineCommand({
      name: 'Methods',
      input,
      streams({ id }) {
        return { account: Account(id) }
      },
      async handle({ account, read }) {
        const stock = await read(Stock('x'))
        return account.emit('MoneyDeposited', { amount: stock.state })
      },
    })
    defineStream('methods', {
      events: { Counted: unchecked<{ by: number }>() },
      initial() {
        return { count: 0, status: 'new' as 'new' | 'old' }
      },
      apply: {
        Counted(state, { by }) {
          return { count: state.count + by, status: 'old' }
        },
      },
    })
  })

  test('returns nothing but decisions', () => {
    const streams = ({ id }: { id: string }) => ({ account: Account(id) })
    // @ts-expect-error nothing
    defineCommand({ name: 'X', input, streams, handle: () => {} })
    // @ts-expect-error undefined in one branch
    defineCommand({ name: 'X', input, streams, handle: ({ account }) => (account.exists ? [] : undefined) })
    // @ts-expect-error a string
    defineCommand({ name: 'X', input, streams, handle: () => 'done' })
    // @ts-expect-error a list with a rejection in it
    defineCommand({ name: 'X', input, streams, handle: () => [reject('No')] })
    // @ts-expect-error a promise of nothing
    defineCommand({ name: 'X', input, streams, handle: async () => {} })
    // @ts-expect-error a generator that ends in nothing
    defineCommand({ name: 'X', input, streams, handle: function* () {} })
    const generated = async function* () {
      yield* []
      return []
    }
    // @ts-expect-error an asynchronous generator
    defineCommand({ name: 'X', input, streams, handle: generated })
  })
})

describe('the context of handle', () => {
  test('has each stream under its name, with what may be done with it', () => {
    defineCommand({
      name: 'Look',
      input,
      streams: ({ id }) => ({
        one: Account(id),
        other: Account.readOnly(id),
        several: Account.many([id]),
        seen: Account.manyReadOnly([id]),
      }),
      handle: ({ one, other, several, seen }) => {
        expectTypeOf(one).toEqualTypeOf<AccountStream<'Look'>>()
        expectTypeOf(other).toEqualTypeOf<ReadOnlyStream<{ open: boolean; balance: number }>>()
        expectTypeOf(several).toEqualTypeOf<StreamCollection<AccountStream<'Look'>>>()
        expectTypeOf(seen).toEqualTypeOf<StreamCollection<ReadOnlyStream<{ open: boolean; balance: number }>>>()
        expectTypeOf(several.of('alice').state.balance).toEqualTypeOf<number>()
        expectTypeOf([...several]).toEqualTypeOf<AccountStream<'Look'>[]>()
        return []
      },
    })
  })

  test('has the time, the command id and the metadata of the execution', () => {
    defineCommand({
      name: 'Look',
      input,
      streams: () => ({}),
      handle: ({ now, commandId, metadata, timeline }) => {
        expectTypeOf(now).toEqualTypeOf<Date>()
        expectTypeOf(commandId).toEqualTypeOf<string>()
        expectTypeOf(metadata).toEqualTypeOf<Metadata>()
        expectTypeOf(timeline).toEqualTypeOf<undefined>()
        return []
      },
    })
  })

  test('has states that cannot be changed', () => {
    defineCommand({
      name: 'Cheat',
      input,
      streams: ({ id }) => ({ account: Account(id) }),
      handle: ({ account }) => {
        // @ts-expect-error a state is read-only
        account.state.balance = 1_000_000
        // @ts-expect-error and cannot be replaced
        account.state = { open: true, balance: 1 }
        return []
      },
    })
  })

  test('takes streams computed as a record of one kind', () => {
    defineCommand({
      name: 'Look',
      input,
      streams: ({ id }): Record<string, ReturnType<typeof Account>> => ({ [id]: Account(id) }),
      handle: (context) => {
        expectTypeOf(context.commandId).toEqualTypeOf<string>()
        return []
      },
    })
  })
})

describe('the names of streams', () => {
  test('are free, except for those of the context', () => {
    const handle = () => []
    // @ts-expect-error input
    defineCommand({ name: 'X', input, streams: () => ({ input: Account('x') }), handle })
    // @ts-expect-error read
    defineCommand({ name: 'X', input, streams: () => ({ read: Account('x') }), handle })
    // @ts-expect-error now
    defineCommand({ name: 'X', input, streams: () => ({ now: Account('x') }), handle })
    // @ts-expect-error commandId
    defineCommand({ name: 'X', input, streams: () => ({ commandId: Account('x') }), handle })
    // @ts-expect-error metadata
    defineCommand({ name: 'X', input, streams: () => ({ metadata: Account('x') }), handle })
    // @ts-expect-error timeline
    defineCommand({ name: 'X', input, streams: () => ({ timeline: Account('x') }), handle })
    // @ts-expect-error a discovered stream
    defineCommand({ name: 'X', input, streams: () => ({}), discover: () => ({ read: Account('x') }), handle })
    defineCommand({
      name: 'X',
      input,
      streams: () => ({ account: Account('x') }),
      // @ts-expect-error a discovered stream with the name of a declared one
      discover: () => ({ account: Account('y') }),
      handle,
    })
    defineCommand({ name: 'X', input, streams: () => ({ name: Account('x'), state: Account('y') }), handle })
  })

  test('lead to nothing but references', () => {
    // @ts-expect-error the definition of a stream, without an id
    defineCommand({ name: 'X', input, streams: () => ({ account: Account }), handle: () => [] })
    // @ts-expect-error an id, without its stream
    defineCommand({ name: 'X', input, streams: () => ({ account: 'account/x' }), handle: () => [] })
  })
})

describe('one of several commands', () => {
  test('has an outcome that can be any of theirs', async () => {
    const Close = defineCommand({
      name: 'Close',
      input: unchecked<{ id: string }>(),
      streams: ({ id }) => ({ account: Account(id) }),
      handle: ({ account }) => (account.exists ? [] : reject('NoSuchAccount', { id: 1 })),
    })
    const Freeze = defineCommand({
      name: 'Freeze',
      input: unchecked<{ id: string }>(),
      streams: ({ id }) => ({ account: Account(id) }),
      handle: ({ account }) => (account.exists ? [] : reject('Frozen')),
    })
    const registry = { close: Close, freeze: Freeze }
    const executor = null as unknown as CommandExecutor
    const either = (Math.random() > 0.5 ? Close : Freeze)({ id: 'a' })
    const outcome = await executor.execute(either)
    if (outcome.status === 'rejected') expectTypeOf(outcome.code).toEqualTypeOf<'NoSuchAccount' | 'Frozen'>()
    if (outcome.status === 'rejected' && outcome.code === 'NoSuchAccount')
      expectTypeOf(outcome.detail).toEqualTypeOf<{ id: number }>()
    const named = await executor.execute(registry['close' as keyof typeof registry]({ id: 'a' }))
    expectTypeOf(named).toEqualTypeOf<typeof outcome>()
    expectTypeOf(executor.executeOrThrow(either)).resolves.toEqualTypeOf<CommittedOutcome>()
  })
})
