import { defineStream } from 'eventcore'
import { z } from 'zod'
import { Money } from '../money.ts'
import { AccountId } from './account.ts'

export const BankCode = z.string().regex(/^[A-Z]{2}$/, 'two capital letters are expected')

const Payment = z.object({ amount: Money, account: AccountId })

/**
 * One stream per partner bank: `clearing/AB`. What goes to a partner or comes from it passes through here, so a handful of
 * these streams is written by a good part of all commands: hot streams.
 */
export const Clearing = defineStream('clearing', {
  events: {
    /** We owe the partner more. */
    RemittanceCleared: Payment,
    /** The partner owes us more. */
    CollectionCleared: Payment,
  },
  /** What we owe the partner, in minor units; below 0 when it owes us. */
  initial: () => ({ owed: 0 }),
  apply: {
    RemittanceCleared: (state, { amount }) => ({ owed: state.owed + amount }),
    CollectionCleared: (state, { amount }) => ({ owed: state.owed - amount }),
  },
})
