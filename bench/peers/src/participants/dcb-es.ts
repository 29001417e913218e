import { AppendConditionError, buildDecisionModel, type DcbEvent, Query, Tags } from '@dcb-es/event-store'
import { PostgresEventStore } from '@dcb-es/event-store-postgres'
import pg from 'pg'
import { Money } from '../../../src/workloads/bank.ts'
import { type Answer, accountsOf, type Bank, CONNECTIONS, type Participant } from '../participant.ts'
import { readLog } from '../sql-log.ts'

const LOG = `select split_part(tags[1], '=', 2) as account, type, payload::json->'data'->>'amount' as amount
  from events order by sequence_position`

/** It has no runner: as often as ours, with as short a pause. */
const ATTEMPTS = 10

type AccountEvent = DcbEvent<'AccountOpened' | 'MoneyDeposited' | 'MoneyWithdrawn', Tags, { amount?: number }>

const eventOf = (account: string, type: AccountEvent['type'], amount: number): AccountEvent => ({
  type,
  tags: Tags.fromObj({ account }),
  data: { amount },
  metadata: {},
})

interface AccountState {
  readonly open: boolean
  readonly balance: number
}

/** Its decision model of one account. */
const accountModel = (account: string) => ({
  tagFilter: Tags.fromObj({ account }),
  init: { open: false, balance: 0 } as AccountState,
  when: {
    AccountOpened: (_: unknown, state: AccountState) => ({ ...state, open: true }),
    MoneyDeposited: ({ event }: { event: DcbEvent }, state: AccountState) => ({
      ...state,
      balance: state.balance + ((event.data as { amount?: number }).amount ?? 0),
    }),
    MoneyWithdrawn: ({ event }: { event: DcbEvent }, state: AccountState) => ({
      ...state,
      balance: state.balance - ((event.data as { amount?: number }).amount ?? 0),
    }),
  },
})

async function retrying(attempt: () => Promise<Answer>): Promise<Answer> {
  for (let left = ATTEMPTS; left > 0; left--) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof AppendConditionError)) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
    }
  }
  return 'gave-up'
}

export const dcbEs: Participant = {
  name: 'dcb-es',
  packages: ['@dcb-es/event-store-postgres', '@dcb-es/event-store'],
  database: 'postgres',
  difference:
    'tags instead of streams, decided by buildDecisionModel; it has no command runner, so the retry around it is ours (10 attempts, up to 5 ms apart); no schema at run time, no command record, no idempotency',
  open: async ({ url = '' }): Promise<Bank> => {
    const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
    const store = new PostgresEventStore({ pool })
    await store.ensureInstalled()
    const book = (account: string, decide: (state: AccountState) => AccountEvent | undefined): Promise<Answer> =>
      retrying(async () => {
        const { state, appendCondition } = await buildDecisionModel(store, { account: accountModel(account) } as never)
        const event = decide((state as { account: AccountState }).account)
        if (event === undefined) return 'refused'
        await store.append({ events: event, condition: appendCondition })
        return 'done'
      })
    return {
      fill: async (accounts, amount, depositsEach) => {
        for (let version = 0; version < depositsEach; version++)
          await store.append({
            events: accountsOf(accounts).map((account) => eventOf(account, 'MoneyDeposited', amount)),
          })
      },
      open: (account) => book(account, ({ open }) => (open ? undefined : eventOf(account, 'AccountOpened', 0))),
      deposit: (account, amount) => book(account, () => eventOf(account, 'MoneyDeposited', Money.parse(amount))),
      withdraw: (account, amount) =>
        book(account, ({ balance }) =>
          balance < Money.parse(amount) ? undefined : eventOf(account, 'MoneyWithdrawn', amount),
        ),
      transfer: (from, to, amount) =>
        retrying(async () => {
          const models = { from: accountModel(from), to: accountModel(to) } as never
          const { state, appendCondition } = await buildDecisionModel(store, models)
          if ((state as { from: AccountState }).from.balance < Money.parse(amount)) return 'refused'
          const events = [eventOf(from, 'MoneyWithdrawn', amount), eventOf(to, 'MoneyDeposited', amount)]
          await store.append({ events, condition: appendCondition })
          return 'done'
        }),
      catchUp: async (arrivals, expected) => {
        const stop = new AbortController()
        const reading = (async () => {
          for await (const _ of store.subscribe(Query.all(), { signal: stop.signal })) arrivals.add()
        })()
        await arrivals.settled(expected)
        stop.abort()
        await reading
      },
      follow: async (onEvent) => {
        const stop = new AbortController()
        let after: Parameters<typeof store.subscribe>[1] = {}
        for await (const { position } of store.read(Query.all(), { backwards: true, limit: 1 }))
          after = { after: position }
        const following = (async () => {
          for await (const _ of store.subscribe(Query.all(), { ...after, signal: stop.signal })) onEvent()
        })()
        return async () => {
          stop.abort()
          await following
        }
      },
      log: () => readLog(url, LOG),
      close: () => pool.end(),
    }
  },
}
