import { defineProjection as defineInMemory, MemoryEventStore } from '@eventcore/memory'
import { defineProjection as defineInPostgres, PostgresEventStore } from '@eventcore/postgres'
import { defineProjection as defineInSqlite } from '@eventcore/sqlite'
import { type ProjectingStore, type Projection, ProjectionRunner } from 'eventcore'
import pg from 'pg'
import type { OpenedStore } from '../stores/open-store.ts'
import { Account } from './bank.ts'

const TIMEOUT = { timeoutMs: 600_000 }
const COLUMNS = 'position bigint primary key, account text, amount double precision, booked_at bigint'

/** A read model with a row for each deposit, written in the transaction in which the checkpoint moves. */
export interface Statement {
  start(): void
  rebuild(): Promise<void>
  /** When it has seen everything that is there now. */
  caughtUp(): Promise<void>
  rows(): Promise<number>
  stop(): Promise<void>
}

/** Each store in the way that its guide recommends: PostgreSQL by the batch, the embedded ones event by event. */
export function statementOn(store: OpenedStore, url: string | undefined): Statement {
  if (store instanceof MemoryEventStore) {
    const projection = defineInMemory({
      name: 'statement',
      version: 1,
      streams: [Account],
      reset: (tx) => tx.table('statement').clear(),
      handlers: {
        account: {
          AccountOpened: () => {},
          MoneyDeposited: ({ position, data }, tx) => tx.table('statement').set(position, data.amount),
          MoneyWithdrawn: () => {},
        },
      },
    })
    return follow(store, projection, async () => store.readModel('statement').size)
  }
  if (store instanceof PostgresEventStore) {
    const projection = defineInPostgres({
      name: 'statement',
      version: 1,
      streams: [Account],
      setUp: (tx) => tx.query(`create table if not exists statement (${COLUMNS})`),
      reset: (tx) => tx.query('drop table if exists statement'),
      batch: (page, tx) =>
        tx.query({
          name: 'statement',
          text: 'insert into statement select * from unnest($1::bigint[], $2::text[], $3::double precision[], $4::bigint[])',
          values: [
            page.map(({ position }) => position),
            page.map(({ key }) => key),
            page.map(({ data }) => ('amount' in data ? data.amount : 0)),
            page.map(({ time }) => time),
          ],
        }),
    })
    return follow(store, projection, () => countOnServer(url))
  }
  const projection = defineInSqlite({
    name: 'statement',
    version: 1,
    streams: [Account],
    setUp: (tx) => tx.exec(`create table if not exists statement (${COLUMNS})`),
    reset: (tx) => tx.exec('drop table if exists statement'),
    handlers: {
      account: {
        AccountOpened: () => {},
        MoneyDeposited: ({ position, key, data, time }, tx) =>
          tx.run('insert into statement values (?, ?, ?, ?)', Number(position), key, data.amount, time),
        MoneyWithdrawn: () => {},
      },
    },
  })
  return follow(
    store,
    projection,
    async () => (await store.projections.query<{ n: number }>('select count(*) as n from statement'))[0]?.n ?? 0,
  )
}

function follow<Tx>(store: ProjectingStore<Tx>, projection: Projection<Tx>, rows: () => Promise<number>): Statement {
  const runner = new ProjectionRunner(store, projection)
  return {
    start: () => runner.start(),
    rebuild: () => runner.rebuild(),
    caughtUp: async () => {
      const head = await store.projections.headPosition()
      if (head !== undefined) await runner.waitFor(head, TIMEOUT)
    },
    rows,
    stop: () => runner.stop(),
  }
}

async function countOnServer(url: string | undefined): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ n: string }>('select count(*) as n from statement')
    return Number(rows[0]?.n)
  } finally {
    await client.end()
  }
}
