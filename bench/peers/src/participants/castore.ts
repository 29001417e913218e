import { Command, EventStore, EventType, isEventAlreadyExistsError, tuple } from '@castore/core'
import { PostgresEventStorageAdapter } from '@castore/event-storage-adapter-postgres'
import { Money } from '../../../src/workloads/bank.ts'
import { type Answer, accountsOf, type Bank, inParallel, type Participant } from '../participant.ts'
import { readLog } from '../sql-log.ts'

const LOG = `select aggregate_id as account, type, data->>'amount' as amount from event order by id`

const eventTypes = [
  new EventType<'AccountOpened', { owner: string }>({ type: 'AccountOpened' }),
  new EventType<'MoneyDeposited', { amount: number }>({ type: 'MoneyDeposited' }),
  new EventType<'MoneyWithdrawn', { amount: number }>({ type: 'MoneyWithdrawn' }),
]

interface AccountAggregate {
  readonly aggregateId: string
  readonly version: number
  readonly balance: number
}

interface AccountEventDetail {
  readonly aggregateId: string
  readonly version: number
  readonly type: string
  readonly payload?: { readonly amount?: number } | undefined
}

function reduce(aggregate: AccountAggregate | undefined, event: AccountEventDetail): AccountAggregate {
  const sign = event.type === 'MoneyDeposited' ? 1 : event.type === 'MoneyWithdrawn' ? -1 : 0
  return {
    aggregateId: event.aggregateId,
    version: event.version,
    balance: (aggregate?.balance ?? 0) + (sign === 0 ? 0 : sign * (event.payload?.amount ?? 0)),
  }
}

const storeOn = (eventStorageAdapter: PostgresEventStorageAdapter) =>
  new EventStore({
    eventStoreId: 'accounts',
    eventTypes,
    // Its reducer is typed from event types in a way that says no more than this.
    reducer: reduce as never,
    eventStorageAdapter,
  })

type Accounts = ReturnType<typeof storeOn>

async function balanceOf(accounts: Accounts, account: string): Promise<{ version: number; balance: number }> {
  const { aggregate } = await accounts.getAggregate(account)
  const { version = 0, balance = 0 } = (aggregate as AccountAggregate | undefined) ?? {}
  return { version, balance }
}

const eventOf = (account: string, version: number, type: string, payload: object) =>
  ({ aggregateId: account, version: version + 1, type, payload }) as never

function commandOf<Input>(commandId: string, decide: (input: Input, accounts: Accounts) => Promise<Answer>) {
  return new Command({
    commandId,
    requiredEventStores: tuple({} as Accounts) as never,
    handler: (input: Input, [accounts]: [Accounts]) => decide(input, accounts),
  } as never) as unknown as { handler(input: Input, stores: [Accounts]): Promise<Answer> }
}

const Open = commandOf('OPEN', async ({ account }: { account: string }, accounts) => {
  const { version } = await balanceOf(accounts, account)
  if (version > 0) return 'refused'
  await accounts.pushEvent(eventOf(account, version, 'AccountOpened', { owner: 'somebody' }))
  return 'done'
})

const Book = commandOf(
  'BOOK',
  async ({ account, amount }: { readonly account: string; readonly amount: number }, accounts) => {
    const { version, balance } = await balanceOf(accounts, account)
    if (balance + amount < 0) return 'refused'
    const type = amount > 0 ? 'MoneyDeposited' : 'MoneyWithdrawn'
    await accounts.pushEvent(eventOf(account, version, type, { amount: Math.abs(amount) }))
    return 'done'
  },
)

const Move = commandOf(
  'TRANSFER',
  async ({ from, to, amount }: { readonly from: string; readonly to: string; readonly amount: number }, accounts) => {
    const [source, target] = await Promise.all([balanceOf(accounts, from), balanceOf(accounts, to)])
    if (source.balance < amount) return 'refused'
    await EventStore.pushEventGroup(
      accounts.groupEvent(eventOf(from, source.version, 'MoneyWithdrawn', { amount })),
      accounts.groupEvent(eventOf(to, target.version, 'MoneyDeposited', { amount })),
    )
    return 'done'
  },
)

export const castore: Participant = {
  name: 'castore',
  packages: ['@castore/event-storage-adapter-postgres', '@castore/core'],
  database: 'postgres',
  difference:
    'Command and pushEventGroup, two retries at once (its default); checks only the streams that it writes; the pool of its own driver has 10 connections too; no schema at run time here, no command record, no idempotency',
  open: async ({ url = '' }): Promise<Bank> => {
    await PostgresEventStorageAdapter.createEventTable({
      connectionString: url,
      aggregateId: { type: 'VARCHAR', length: 64 },
    })
    const accounts = storeOn(new PostgresEventStorageAdapter({ connectionString: url }))
    const giveUp = (error: unknown): Answer => {
      if (isEventAlreadyExistsError(error)) return 'gave-up'
      throw error
    }
    return {
      fill: (count, amount, depositsEach) =>
        inParallel(accountsOf(count), async (account) => {
          for (let version = 0; version < depositsEach; version++)
            await accounts.pushEvent(eventOf(account, version, 'MoneyDeposited', { amount }))
        }),
      open: (account) => Open.handler({ account }, [accounts]).catch(giveUp),
      deposit: (account, amount) => Book.handler({ account, amount: Money.parse(amount) }, [accounts]).catch(giveUp),
      withdraw: (account, amount) => Book.handler({ account, amount: -Money.parse(amount) }, [accounts]).catch(giveUp),
      transfer: (from, to, amount) => Move.handler({ from, to, amount: Money.parse(amount) }, [accounts]).catch(giveUp),
      log: () => readLog(url, LOG),
      // It has no way to close its connections: they end with the process.
      close: async () => {},
    }
  },
}
