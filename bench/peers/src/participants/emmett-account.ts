import { type CommandHandler, type Event, isExpectedVersionConflictError } from '@event-driven-io/emmett'
import { Money } from '../../../src/workloads/bank.ts'
import type { Answer, Bank } from '../participant.ts'

export type AccountEvent =
  | Event<'AccountOpened', { owner: string }>
  | Event<'MoneyDeposited', { amount: number }>
  | Event<'MoneyWithdrawn', { amount: number }>

interface AccountState {
  readonly open: boolean
  readonly balance: number
}

/** Thrown by a decision, as its docs do; an empty list of events would not tell the caller why. */
class Refused extends Error {}

type Decide = (state: AccountState) => AccountEvent | AccountEvent[]

/** The account, folded and decided on as its docs show it. */
export function accountHandler(handler: typeof CommandHandler) {
  return handler<AccountState, AccountEvent>({
    evolve: (state, { type, data }) => {
      switch (type) {
        case 'AccountOpened':
          return { ...state, open: true }
        case 'MoneyDeposited':
          return { ...state, balance: state.balance + data.amount }
        case 'MoneyWithdrawn':
          return { ...state, balance: state.balance - data.amount }
      }
    },
    initialState: () => ({ open: false, balance: 0 }),
    mapToStreamId: (account) => `account/${account}`,
    retry: { onVersionConflict: true },
  })
}

/** @param execute runs a decision on an account through the library's handler */
export function emmettBank(
  execute: (account: string, decide: Decide) => Promise<unknown>,
): Pick<Bank, 'open' | 'deposit' | 'withdraw'> {
  const answer = async (account: string, decide: Decide): Promise<Answer> => {
    try {
      await execute(account, decide)
      return 'done'
    } catch (error) {
      if (error instanceof Refused) return 'refused'
      if (isExpectedVersionConflictError(error)) return 'gave-up'
      throw error
    }
  }
  return {
    open: (account) =>
      answer(account, ({ open }) => {
        if (open) throw new Refused()
        return { type: 'AccountOpened', data: { owner: 'somebody' } }
      }),
    deposit: (account, amount) =>
      answer(account, () => ({ type: 'MoneyDeposited', data: { amount: Money.parse(amount) } })),
    withdraw: (account, amount) =>
      answer(account, ({ balance }) => {
        if (balance < Money.parse(amount)) throw new Refused()
        return { type: 'MoneyWithdrawn', data: { amount } }
      }),
  }
}
