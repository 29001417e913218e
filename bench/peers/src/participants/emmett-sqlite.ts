import { DatabaseSync } from 'node:sqlite'
import { CommandHandler } from '@event-driven-io/emmett'
import { getSQLiteEventStore, sqliteConnection } from '@event-driven-io/emmett-sqlite'
import { accountsOf, type Bank, entryOf, type Participant } from '../participant.ts'
import { type AccountEvent, accountHandler, emmettBank } from './emmett-account.ts'

const LOG = `select substr(stream_id, 9) as account, message_type as type, message_data ->> '$.amount' as amount
  from emt_messages order by global_position`

export const emmettSqlite: Participant = {
  name: 'emmett-sqlite',
  packages: ['@event-driven-io/emmett-sqlite', '@event-driven-io/emmett'],
  database: 'sqlite',
  difference:
    'one at a time, since two operations at once on a file fail; one connection kept open, which is six times as fast as its default of one for each call; WAL with the driver’s default, synchronous=FULL; otherwise as on PostgreSQL',
  open: async ({ path = '' }): Promise<Bank> => {
    const connection = sqliteConnection({ fileName: path })
    const store = getSQLiteEventStore({ fileName: path, connectionOptions: { connection, singleton: true } })
    await store.schema.migrate()
    const handle = accountHandler(CommandHandler)
    return {
      ...emmettBank((account, decide) => handle(store, account, decide)),
      fill: async (accounts, amount, depositsEach) => {
        for (const account of accountsOf(accounts)) {
          const events = Array.from(
            { length: depositsEach },
            (): AccountEvent => ({ type: 'MoneyDeposited', data: { amount } }),
          )
          await store.appendToStream(`account/${account}`, events)
        }
      },
      log: async () => {
        const database = new DatabaseSync(path, { readOnly: true })
        try {
          const rows = database.prepare(LOG).all() as unknown as { account: string; type: string; amount: number }[]
          return rows.map(({ account, type, amount }) => entryOf(account, type, amount ?? 0))
        } finally {
          database.close()
        }
      },
      close: async () => connection.close(),
    }
  },
}
