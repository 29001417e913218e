import { CommandHandler, type Event } from '@event-driven-io/emmett'
import { getPostgreSQLEventStore, type PostgresEventStore } from '@event-driven-io/emmett-postgresql'
import pg from 'pg'
import { accountsOf, type Bank, CONNECTIONS, inParallel, type Participant } from '../participant.ts'
import { readLog } from '../sql-log.ts'
import { type AccountEvent, accountHandler, emmettBank } from './emmett-account.ts'

const LOG = `select split_part(stream_id, '/', 2) as account, message_type as type, message_data->>'amount' as amount
  from emt_messages where message_kind = 'E' order by global_position`

/** Its own consumer, with a reactor: what its docs follow events with. */
function reactTo(store: PostgresEventStore, id: string, from: 'BEGINNING' | 'END', onEvent: () => void) {
  const consumer = store.consumer<AccountEvent>()
  consumer.reactor<AccountEvent>({ processorId: id, startFrom: from, eachMessage: () => onEvent() })
  const running = consumer.start()
  running.catch(() => {})
  // Now and then its stop never ends: it is told to, and not waited for.
  return (): void => {
    consumer.stop().catch(() => {})
  }
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
      catchUp: async (arrivals, expected) => {
        const stop = reactTo(store, 'catch-up', 'BEGINNING', () => arrivals.add())
        await arrivals.settled(expected)
        stop()
      },
      follow: async (onEvent) => {
        const stop = reactTo(store, 'follow', 'END', onEvent)
        // It says nowhere when it has found the end.
        await new Promise((resolve) => setTimeout(resolve, 500))
        return async () => stop()
      },
      log: () => readLog(url, LOG),
      // Its consumers hold connections that only the end of the process frees.
      close: async () => {},
    }
  },
}
