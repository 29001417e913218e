import { createEventStore, defineEvents, reject } from '@orgops/eventstore'
import { subscribe } from '@orgops/eventstore/subscribe'
import { z } from 'zod'
import { Money } from '../../../src/workloads/bank.ts'
import { type Answer, accountsOf, type Bank, CONNECTIONS, type Participant } from '../participant.ts'
import { readLog } from '../sql-log.ts'

const LOG = `select payload->'scopes'->>'account' as account, event_type as type, payload->>'amount' as amount
  from events order by sequence_number`

const bank = defineEvents({
  AccountOpened: { data: z.object({ owner: z.string() }), scopes: ['account'] },
  MoneyDeposited: { data: z.object({ amount: Money }), scopes: ['account'] },
  MoneyWithdrawn: { data: z.object({ amount: Money }), scopes: ['account'] },
})

/** Balances by account: a transfer looks at two. */
const fold = bank.$foldBy<string, number>((event) => event.scopes.account, {
  AccountOpened: (_data, balance = 0) => balance,
  MoneyDeposited: ({ amount }, balance = 0) => balance + amount,
  MoneyWithdrawn: ({ amount }, balance = 0) => balance - amount,
})

export const orgops: Participant = {
  name: 'orgops',
  packages: ['@orgops/eventstore'],
  database: 'postgres',
  difference:
    'scopes instead of streams, its own command() with its cache of 1,000 contexts and 3 retries; a scope for each account; validated by the same schemas; no command record',
  open: async ({ url = '', cached }): Promise<Bank> => {
    const es = createEventStore({
      connection: url,
      events: [bank],
      postgres: { poolSize: CONNECTIONS },
      ...(cached ? {} : { contextCache: { max: 0 } }),
    })
    const store = await es.store()
    type Decide = (balances: Map<string, number>) => ReturnType<typeof reject> | { events: readonly never[] }
    const command = async (accounts: readonly string[], decide: Decide): Promise<Answer> => {
      const outcome = await es.command({
        context: bank.$scope('account', accounts.length === 1 ? (accounts[0] ?? '') : accounts),
        fold,
        initial: () => new Map<string, number>(),
        decide,
      })
      if (outcome.ok) return 'done'
      return outcome.code === 'conflict' ? 'gave-up' : 'refused'
    }
    const deposited = (account: string, amount: number) => bank.MoneyDeposited({ amount }, { account }) as never
    const withdrawn = (account: string, amount: number) => bank.MoneyWithdrawn({ amount }, { account }) as never
    return {
      fill: async (accounts, amount, depositsEach) => {
        for (let version = 0; version < depositsEach; version++)
          await store.append(accountsOf(accounts).map((account) => deposited(account, amount)))
      },
      open: (account) =>
        command([account], (balances) =>
          balances.has(account)
            ? reject('open', 'it is open')
            : { events: [bank.AccountOpened({ owner: 'somebody' }, { account }) as never] },
        ),
      deposit: (account, amount) => command([account], () => ({ events: [deposited(account, amount)] })),
      withdraw: (account, amount) =>
        command([account], (balances) =>
          (balances.get(account) ?? 0) < amount
            ? reject('funds', 'too little')
            : { events: [withdrawn(account, amount)] },
        ),
      transfer: (from, to, amount) =>
        command([from, to], (balances) =>
          (balances.get(from) ?? 0) < amount
            ? reject('funds', 'too little')
            : { events: [withdrawn(from, amount), deposited(to, amount)] },
        ),
      catchUp: async (arrivals, expected) => {
        const count = (events: readonly unknown[]): void => arrivals.add(events.length)
        const subscription = subscribe('catch-up', bank.$filter(), count, { store })
        await arrivals.settled(expected)
        await subscription.stop()
      },
      follow: async (onEvent) => {
        const handle = (events: readonly unknown[]): void => {
          for (const _ of events) onEvent()
        }
        const subscription = subscribe('follow', bank.$filter(), handle, { store, from: 'now' })
        await subscription.whenCaughtUp()
        return () => subscription.stop()
      },
      log: () => readLog(url, LOG),
      close: () => es.close(),
    }
  },
}
