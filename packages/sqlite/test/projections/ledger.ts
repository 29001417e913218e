import type { LedgerOptions, LedgerRow } from '@eventcore/testing'
import { defineStream, type Projection, unchecked } from 'eventcore'
import { defineProjection, type SqliteEventStore, type SqliteTransaction } from '../../src/index.ts'

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
}: LedgerOptions): Projection<SqliteTransaction> {
  const table = tableOf(name, version)
  const basics = {
    name,
    version,
    streams: [Account],
    setUp: (tx: SqliteTransaction) =>
      tx.exec(
        `CREATE TABLE IF NOT EXISTS ${table} (stream TEXT PRIMARY KEY, balance INTEGER, events INTEGER, version INTEGER) STRICT`,
      ),
    reset: (tx: SqliteTransaction) => tx.exec(`DROP TABLE IF EXISTS ${table}`),
    ...options,
  } as const
  const upsert = `INSERT INTO ${table} (stream, balance, events, version) VALUES (?, ?, 1, ?)
    ON CONFLICT (stream) DO UPDATE
    SET balance = balance + excluded.balance, events = events + 1, version = excluded.version`
  const apply = (
    event: { stream: string; version: number; position: string; data: { amount: number } },
    tx: SqliteTransaction,
  ): void => {
    before?.(event)
    tx.run(upsert, event.stream, event.data.amount, event.version)
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

export async function ledgerRows(
  store: SqliteEventStore,
  name = 'ledger',
  version = 1,
): Promise<ReadonlyMap<string, LedgerRow>> {
  const table = tableOf(name, version)
  const known = await store.projections.query('SELECT 1 FROM sqlite_schema WHERE name = ?', table)
  if (known.length === 0) return new Map()
  const rows = await store.projections.query<LedgerRow & { readonly stream: string }>(`SELECT * FROM ${table}`)
  return new Map(rows.map(({ stream, balance, events, version: last }) => [stream, { balance, events, version: last }]))
}
