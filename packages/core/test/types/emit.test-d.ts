import { defineCommand, defineStream, type Emitted, unchecked } from 'eventcore'
import { describe, expectTypeOf, test } from 'vitest'
import { Account, Approval, Stock } from './bank.ts'

const input = unchecked<{ id: string }>()

describe('emit', () => {
  test('takes the input of the event schema and gives an event of this command', () => {
    defineCommand({
      name: 'Sell',
      input,
      streams: ({ id }) => ({ stock: Stock(id) }),
      handle: ({ stock }) => {
        expectTypeOf(stock.emit('Sold', {})).toEqualTypeOf<Emitted<'Sell'>>()
        expectTypeOf(stock.emit).parameter(0).toEqualTypeOf<'Sold'>()
        // @ts-expect-error the quantity is a number
        stock.emit('Sold', { quantity: 'one' })
        // @ts-expect-error there is no such event
        stock.emit('Bought', {})
        // @ts-expect-error a payload belongs to an event
        stock.emit('Sold')
        return [stock.emit('Sold', { quantity: 2 })]
      },
    })
  })

  test('takes a payload that fits each event that may be meant', () => {
    const Door = defineStream('door', {
      events: {
        Opened: unchecked<{ by: string }>(),
        Closed: unchecked<{ by: string }>(),
        Locked: unchecked<{ key: number }>(),
        Noted: unchecked<{ kind: 'text'; text: string } | { kind: 'number'; number: number }>(),
        Anything: unchecked<unknown>(),
      },
      initial: () => 0,
      apply: { Opened: () => 0, Closed: () => 0, Locked: () => 0, Noted: () => 0, Anything: () => 0 },
    })
    defineCommand({
      name: 'Use',
      input,
      streams: ({ id }) => ({ door: Door(id) }),
      handle: ({ door }) => {
        door.emit(door.exists ? 'Opened' : 'Closed', { by: 'alice' })
        // @ts-expect-error the payload of only one of them
        door.emit(door.exists ? 'Opened' : 'Locked', { by: 'alice' })
        door.emit(door.exists ? 'Opened' : 'Locked', { by: 'alice', key: 1 })
        door.emit('Anything', new Date())
        return [door.emit('Noted', { kind: 'text', text: 'x' }), door.emit('Noted', { kind: 'number', number: 1 })]
      },
    })
  })

  test('is not there for a stream that is read-only, however it was reached', () => {
    defineCommand({
      name: 'X',
      input,
      streams: ({ id }) => ({ one: Account.readOnly(id), several: Account.manyReadOnly([id]) }),
      discover: ({ one }) => {
        // @ts-expect-error discover sees states
        one.emit('AccountOpened', { owner: 'eve' })
        return { found: Approval.readOnly('x'), writable: Approval('y') }
      },
      handle: async ({ one, several, found, writable, read }) => {
        // @ts-expect-error declared read-only
        one.emit('AccountOpened', { owner: 'eve' })
        // @ts-expect-error several, declared read-only
        several.of('x').emit('AccountOpened', { owner: 'eve' })
        // @ts-expect-error discovered read-only
        found.emit('Granted', { by: 'eve' })
        // @ts-expect-error read read-only
        ;(await read(Approval.readOnly('z'))).emit('Granted', { by: 'eve' })
        return [writable.emit('Granted', { by: 'alice' })]
      },
    })
  })

  test('is only for the command that it was made in', () => {
    const made: Emitted<'Other'>[] = []
    defineCommand({
      name: 'X',
      input,
      streams: ({ id }) => ({ account: Account(id) }),
      // @ts-expect-error events of another command
      handle: () => made,
    })
    defineCommand({
      name: 'X',
      input,
      streams: ({ id }) => ({ account: Account(id) }),
      // @ts-expect-error one of them among events of its own
      handle: ({ account }) => [account.emit('MoneyDeposited', { amount: 1 }), ...made],
    })
  })
})
