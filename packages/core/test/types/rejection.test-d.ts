import {
  type CommandDefinition,
  CommandExecutor,
  type CommittedOutcome,
  defineCommand,
  type EventStore,
  ensure,
  type Outcome,
  type OutcomeOf,
  type RejectedOutcome,
  type Rejection,
  reject,
  unchecked,
} from 'eventcore'
import { describe, expectTypeOf, test } from 'vitest'
import { Account, TransferMoney } from './bank.ts'

const input = unchecked<{ id: string }>()
const streams = ({ id }: { id: string }) => ({ account: Account(id) })
type RejectionsOf<Definition> =
  Definition extends CommandDefinition<string, infer _Input, infer Rejections> ? Rejections : never

declare const store: EventStore
const executor = new CommandExecutor(store)

describe('a rejection', () => {
  test('has a literal code and the type of its detail', () => {
    expectTypeOf(reject('AccountClosed')).toEqualTypeOf<Rejection<'AccountClosed', undefined>>()
    expectTypeOf(reject('InsufficientFunds', { balance: 1, since: new Date() })).toEqualTypeOf<
      Rejection<'InsufficientFunds', { balance: number; since: Date }>
    >()
    expectTypeOf(reject('Maybe', undefined as number | undefined)).toEqualTypeOf<
      Rejection<'Maybe', number | undefined>
    >()
    // @ts-expect-error a code is a text
    reject(404)
  })
})

describe('the rejections of a command', () => {
  test('are collected from a synchronous handler', () => {
    const Sync = defineCommand({
      name: 'Sync',
      input,
      streams,
      handle: ({ account }) => {
        if (!account.exists) return reject('NoSuchAccount')
        if (account.state.balance < 0) return reject('Overdrawn', { balance: account.state.balance })
        if (account.version > 9) return account.emit('MoneyDeposited', { amount: 1 })
        return [account.emit('MoneyDeposited', { amount: 1 })]
      },
    })
    expectTypeOf<RejectionsOf<typeof Sync>>().toEqualTypeOf<
      Rejection<'NoSuchAccount', undefined> | Rejection<'Overdrawn', { balance: number }>
    >()
  })

  test('are collected from an asynchronous handler', () => {
    expectTypeOf<RejectionsOf<typeof TransferMoney>>().toEqualTypeOf<
      Rejection<'InsufficientFunds', { balance: number }> | Rejection<'NeedsApproval', undefined>
    >()
  })

  test('are collected from a generator: yielded by ensure, and returned', () => {
    const Generated = defineCommand({
      name: 'Generated',
      input,
      streams,
      handle: function* ({ account }) {
        yield* ensure(account.exists, 'NoSuchAccount')
        yield* ensure(account.state.balance >= 0, 'Overdrawn', { balance: account.state.balance })
        if (!account.state.open) return reject('Closed')
        return []
      },
    })
    expectTypeOf<RejectionsOf<typeof Generated>>().toEqualTypeOf<
      | Rejection<'NoSuchAccount', undefined>
      | Rejection<'Overdrawn', { balance: number }>
      | Rejection<'Closed', undefined>
    >()
  })

  test('are not `any` when branches return differently, and keep a code with two details apart', () => {
    const Mixed = defineCommand({
      name: 'Mixed',
      input,
      streams,
      handle: ({ account, now }) => {
        if (account.version === 1) return reject('No', { at: now })
        if (account.version === 2) return reject('No', { version: 2 })
        if (account.version === 3) return []
        return account.emit('MoneyDeposited', { amount: 1 })
      },
    })
    expectTypeOf<RejectionsOf<typeof Mixed>>().not.toBeAny()
    expectTypeOf<RejectionsOf<typeof Mixed>>().toEqualTypeOf<
      Rejection<'No', { at: Date }> | Rejection<'No', { version: number }>
    >()
  })

  test('may be made by a function of one’s own', () => {
    const notFound = (what: string) => reject('NotFound', { what })
    const Found = defineCommand({
      name: 'Found',
      input,
      streams,
      handle: ({ account }) => (account.exists ? [] : notFound('account')),
    })
    expectTypeOf<RejectionsOf<typeof Found>>().toEqualTypeOf<Rejection<'NotFound', { what: string }>>()
  })
})

describe('ensure', () => {
  test('gives the value back without what was ruled out', () => {
    defineCommand({
      name: 'Narrow',
      input,
      streams,
      handle: function* () {
        const owner: string = yield* ensure('alice' as string | undefined | null, 'NoOwner')
        const count: 1 | 2 = yield* ensure(1 as 0 | 1 | 2, 'NoCount', { of: owner })
        expectTypeOf(count).toEqualTypeOf<1 | 2>()
        return []
      },
    })
  })
})

describe('the outcome of a command', () => {
  test('is committed or rejected, and status and code tell the details', async () => {
    const outcome = await executor.execute(TransferMoney({ from: 'alice', to: 'bob', amount: 100 }))
    expectTypeOf(outcome).toEqualTypeOf<OutcomeOf<typeof TransferMoney>>()
    expectTypeOf(outcome).toEqualTypeOf<
      | CommittedOutcome
      | RejectedOutcome<'InsufficientFunds', { balance: number }>
      | RejectedOutcome<'NeedsApproval', undefined>
    >()
    // @ts-expect-error a committed command has no code
    void outcome.code
    if (outcome.status === 'rejected') {
      expectTypeOf(outcome.code).toEqualTypeOf<'InsufficientFunds' | 'NeedsApproval'>()
      if (outcome.code === 'InsufficientFunds') expectTypeOf(outcome.detail).toEqualTypeOf<{ balance: number }>()
      // @ts-expect-error there is no such code
      if (outcome.code === 'OutOfMoney') return
    } else {
      expectTypeOf(outcome.position).not.toBeAny()
      expectTypeOf(outcome.alreadyCommitted).toEqualTypeOf<boolean>()
    }
  })

  test('is only committed when the command cannot reject', async () => {
    const Open = defineCommand({
      name: 'Open',
      input,
      streams,
      handle: ({ account }) => [account.emit('AccountOpened', { owner: 'alice' })],
    })
    const outcome = await executor.execute(Open({ id: 'alice' }))
    expectTypeOf(outcome).toEqualTypeOf<CommittedOutcome>()
    expectTypeOf<Outcome<never>>().toEqualTypeOf<CommittedOutcome>()
  })

  test('is only committed where a rejection throws', async () => {
    const outcome = await executor.executeOrThrow(TransferMoney({ from: 'alice', to: 'bob', amount: 100 }))
    expectTypeOf(outcome).toEqualTypeOf<CommittedOutcome>()
  })

  test('is switched over exhaustively', async () => {
    const describeAll = async (): Promise<string> => {
      const outcome = await executor.execute(TransferMoney({ from: 'alice', to: 'bob', amount: 100 }))
      if (outcome.status === 'committed') return 'done'
      switch (outcome.code) {
        case 'InsufficientFunds':
          return `only ${outcome.detail.balance} left`
        case 'NeedsApproval':
          return 'ask your branch'
      }
    }
    // @ts-expect-error a code is forgotten, so the end of the function is reached
    const forget = async (): Promise<string> => {
      const outcome = await executor.execute(TransferMoney({ from: 'alice', to: 'bob', amount: 100 }))
      if (outcome.status === 'committed') return 'done'
      switch (outcome.code) {
        case 'InsufficientFunds':
          return `only ${outcome.detail.balance} left`
      }
    }
    const never = async (): Promise<string> => {
      const outcome = await executor.execute(TransferMoney({ from: 'alice', to: 'bob', amount: 100 }))
      if (outcome.status === 'committed' || outcome.code === 'InsufficientFunds') return 'done'
      // @ts-expect-error a code is left
      const rest: never = outcome
      return rest
    }
    void [describeAll, forget, never]
  })
})
