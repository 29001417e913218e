import { type LedgerRow, sqlLedger, sqlLedgerRows } from '@eventcore/testing/contract'
import { defineProjection, type SqliteEventStore, type SqliteTransaction, type Synchronous } from '../../src/index.ts'

/** A row per stream, and the handlers that tests ask for. */
export const ledger = sqlLedger<SqliteTransaction, Synchronous>({
  defineProjection,
  run: (tx, sql, parameters) => tx.run(sql, ...parameters),
  parameter: () => '?',
})

export const ledgerRows = (
  store: SqliteEventStore,
  name = 'ledger',
  version = 1,
): Promise<ReadonlyMap<string, LedgerRow>> =>
  sqlLedgerRows(
    {
      query: (sql) => store.projections.query<Record<string, unknown>>(sql),
      findTable: (table) => `select 1 from sqlite_schema where name = '${table}'`,
    },
    name,
    version,
  )
