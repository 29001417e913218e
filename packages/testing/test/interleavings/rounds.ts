import { defineCommand, unchecked } from 'eventcore'
import fc from 'fast-check'
import { anyCommand } from '../../src/fast-check/index.ts'
import type { Round } from './run.ts'
import { Arrive, Give, Guest, Leave, Purse, Spend } from './shop.ts'

const name = fc.constantFrom('a', 'b')
const amount = fc.integer({ min: 1, max: 15 })

const commands = [
  anyCommand(Give, fc.record({ from: name, to: name, amount })),
  anyCommand(Spend, fc.record({ guest: name, amount })),
  anyCommand(Arrive, fc.constantFrom({ guest: 'a', unless: 'b', purse: 'a' }, { guest: 'b', unless: 'a', purse: 'a' })),
  anyCommand(Leave, fc.record({ guest: name })),
]

/** What is there when the race begins. */
export const Begin = defineCommand({
  name: 'Begin',
  input: unchecked<{ balances: readonly number[]; here: boolean }>(),
  streams: () => ({ a: Purse('a'), b: Purse('b'), guest: Guest('a') }),
  handle: ({ input: { balances, here }, a, b, guest }) => [
    ...(balances[0] ? [a.emit('Paid', { amount: balances[0] })] : []),
    ...(balances[1] ? [b.emit('Paid', { amount: balances[1] })] : []),
    ...(here ? [guest.emit('Arrived', { purse: 'b' })] : []),
  ],
})

export const rounds: fc.Arbitrary<Round> = fc.record({
  before: fc
    .record({ balances: fc.tuple(fc.constantFrom(0, 10), fc.constantFrom(0, 10)), here: fc.boolean() })
    .map((input) => [Begin(input)]),
  racing: fc.array(fc.record({ command: fc.oneof(...commands), executor: fc.nat(2) }), { minLength: 2, maxLength: 4 }),
  executors: fc.integer({ min: 1, max: 3 }),
})
