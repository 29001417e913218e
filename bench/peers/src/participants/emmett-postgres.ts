import { CommandHandler, type Event } from '@event-driven-io/emmett'
import { getPostgreSQLEventStore, type PostgresEventStore } from '@event-driven-io/emmett-postgresql'
import pg from 'pg'
import { accountsOf, type Bank, CONNECTIONS, inParallel, type Participant } from '../participant.ts'
import { readLog } from '../sql-log.ts'
import { type AccountEvent, accountHandler, emmettBank } from './emmett-account.ts'

const LOG = `select split_part(stream_id, '/', 2) as account, message_type as type, message_data->>'amount' as amount
  from emt_messages where message_kind = 'E' order by global_position`

/** Its own consumer, with a reactor: what its docs follow events with. */
function reactTo(
  store: PostgresEventStore,
  reactor: {
    readonly id: string
    readonly from: 'BEGINNING' | 'END'
    readonly onEvent: () => void
    readonly isLast: () => boolean
  },
) {
  const consumer = store.consumer<AccountEvent>()
  consumer.reactor<AccountEvent>({
    processorId: reactor.id,
    startFrom: reactor.from,
    eachMessage: () => reactor.onEvent(),
    stopAfter: () => reactor.isLast(),
  })
  return consumer
}

export const emmettPostgres: Participant = {
  name: 'emmett',
  packages: ['@event-driven-io/emmett-postgresql', '@event-driven-io/emmett'],
  database: 'postgres',
  difference:
    'CommandHandler with retries on version conflicts switched on (3, 100 ms apart and more); one stream only: a transfer cannot be one operation; no schema at run time, no command record, no idempotency',
  open: async ({ url = '' }): Promise<Bank> => {
    const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
    const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } })
    await store.schema.migrate()
    const handle = accountHandler(CommandHandler)
    return {
      ...emmettBank((account, decide) => handle(store, account, decide)),
      fill: (accounts, amount, depositsEach) =>
        inParallel(accountsOf(accounts), (account) =>
          store.appendToStream(
            `account/${account}`,
            Array.from({ length: depositsEach }, (): AccountEvent & Event => ({
              type: 'MoneyDeposited',
              data: { amount },
            })),
          ),
        ),
      catchUp: async (expected) => {
        let seen = 0
        const onEvent = (): void => {
          seen++
        }
        const isLast = (): boolean => seen >= expected
        await reactTo(store, { id: 'catch-up', from: 'BEGINNING', onEvent, isLast }).start()
        return seen
      },
      follow: async (onEvent) => {
        const consumer = reactTo(store, { id: 'follow', from: 'END', onEvent, isLast: () => false })
        const running = consumer.start()
        // It says nowhere when it has found the end.
        await new Promise((resolve) => setTimeout(resolve, 500))
        // Now and then its stop never ends: it is told to, and not waited for.
        running.catch(() => {})
        return async () => {
          consumer.stop().catch(() => {})
        }
      },
      log: () => readLog(url, LOG),
      // Its consumers hold connections that only the end of the process frees.
      close: async () => {},
    }
  },
}
