import type { LedgerOptions, LedgerRow } from '@eventcore/testing'
import { defineStream, type Projection, unchecked } from 'eventcore'
import type { Pool } from 'pg'
import { defineProjection, type PostgresTransaction } from '../../src/index.ts'

export const Account = defineStream('account', {
  events: { Deposited: unchecked<{ amount: number }>() },
  initial: () => 0,
  apply: { Deposited: (balance, { amount }) => balance + amount },
})

const tableOf = (name: string, version: number): string => `${name}_v${version}`

/** A row per stream, and the handlers that tests ask for. */
export function ledger({
  name = 'ledger',
  version = 1,
  before,
  after,
  batch = false,
  ...options
}: LedgerOptions): Projection<PostgresTransaction> {
  const table = tableOf(name, version)
  const basics = {
    name,
    version,
    streams: [Account],
    setUp: (tx: PostgresTransaction) =>
      tx.query(
        `create table if not exists ${table} (stream text primary key, balance bigint, events bigint, version bigint)`,
      ),
    reset: (tx: PostgresTransaction) => tx.query(`drop table if exists ${table}`),
    ...options,
  } as const
  const upsert = `insert into ${table} as t (stream, balance, events, version) values ($1, $2, 1, $3)
    on conflict (stream) do update
    set balance = t.balance + excluded.balance, events = t.events + 1, version = excluded.version`
  const apply = (
    event: { stream: string; version: number; position: string; data: { amount: number } },
    tx: PostgresTransaction,
  ): void => {
    before?.(event)
    tx.run(upsert, [event.stream, event.data.amount, event.version])
    after?.(event)
  }
  if (!batch) return defineProjection({ ...basics, handlers: { account: { Deposited: apply } } })
  return defineProjection({
    ...basics,
    batch: (events, tx) => {
      for (const event of events) apply(event, tx)
    },
  })
}

export async function ledgerRows(pool: Pool, name = 'ledger', version = 1): Promise<ReadonlyMap<string, LedgerRow>> {
  const table = tableOf(name, version)
  const { rows: known } = await pool.query('select to_regclass($1) is not null as known', [table])
  if (known[0]?.known !== true) return new Map()
  const { rows } = await pool.query<Record<'stream' | 'balance' | 'events' | 'version', string>>(
    `select * from ${table}`,
  )
  return new Map(
    rows.map(({ stream, balance, events, version: last }) => [
      stream,
      { balance: Number(balance), events: Number(events), version: Number(last) },
    ]),
  )
}
