import { defineStream, type Outcome, type Rejection, unchecked } from 'eventcore'
import { expectTypeOf, test } from 'vitest'
import { event, given, nothing, rejected, state, throws } from '../../src/index.ts'
import { Account, Limits, OpenAccount, TransferMoney } from '../specification/bank.ts'

const transfer = TransferMoney({ from: 'alice', to: 'bob', amount: 30 })

test('events are those of their stream', () => {
  event(Account('alice'), 'MoneyDeposited', { amount: 5 })
  event(Account('alice'), 'MoneyDeposited', { amount: 5, memo: 'x' })
  // @ts-expect-error the stream has no such event
  event(Account('alice'), 'LimitSet', { most: 5 })
  // @ts-expect-error the amount is a number
  event(Account('alice'), 'MoneyDeposited', { amount: '5' })
  // @ts-expect-error the amount is missing
  event(Account('alice'), 'MoneyDeposited', {})
  // @ts-expect-error it has no such property
  event(Account('alice'), 'MoneyDeposited', { amount: 5, sum: 5 })
  // @ts-expect-error what is read-only is not written to
  event(Limits.readOnly('retail'), 'LimitSet', { most: 5 })
})

test('rejections are those of the command, with their details', () => {
  const when = given().when(transfer)
  void when.then(rejected('InsufficientFunds', { balance: 5 }))
  void when.then(rejected('InsufficientFunds'))
  void when.then(rejected('NeedsApproval'))
  void when.then(rejected('NeedsApproval'), state(Account('alice'), { open: true, balance: 5 }))
  // @ts-expect-error the command has no such rejection
  void when.then(rejected('AlreadyOpen'))
  // @ts-expect-error the balance is a number
  void when.then(rejected('InsufficientFunds', { balance: '5' }))
  // @ts-expect-error this rejection has no detail
  void when.then(rejected('NeedsApproval', { balance: 5 }))
  void given()
    .when(OpenAccount({ account: 'alice', owner: 'Alice' }))
    .then(rejected('AlreadyOpen'))
})

test('states are those of the stream', () => {
  state(Account('alice'), { open: true, balance: 5 })
  // @ts-expect-error a property is missing
  state(Account('alice'), { open: true })
  // @ts-expect-error the balance is a number
  state(Account('alice'), { open: true, balance: '5' })
  const Seat = defineStream('seat', {
    events: { Held: unchecked<{ order: string }>() },
    initial: (): { status: 'free' } | { status: 'held'; order: string } => ({ status: 'free' }),
    apply: { Held: (_, { order }) => ({ status: 'held', order }) },
  })
  state(Seat('a1'), { status: 'held', order: '1' })
  // @ts-expect-error a seat that is free has no order
  state(Seat('a1'), { status: 'free', order: '1' })
})

test('something is expected', () => {
  const when = given(event(Account('alice'), 'AccountOpened', { owner: 'Alice' }), transfer).when(transfer)
  void when.then(nothing())
  void when.then(throws('HANDLER_FAILED'))
  // @ts-expect-error a state alone is no expectation
  void when.then({ open: true, balance: 5 })
})

test('the outcome is that of the command', () => {
  const when = given().when(transfer)
  expectTypeOf(when.outcome()).resolves.toEqualTypeOf<
    Outcome<Rejection<'InsufficientFunds', { balance: number }> | Rejection<'NeedsApproval', undefined>>
  >()
  const checked = when.then(nothing())
  expectTypeOf<Awaited<typeof checked>>().toEqualTypeOf<void>()
})
