import { type LedgerRow, sqlLedger, sqlLedgerRows } from '@eventcore/testing/contract'
import type { Pool } from 'pg'
import { defineProjection, type PostgresTransaction } from '../../src/index.ts'

/** A row per stream, and the handlers that tests ask for. */
export const ledger = sqlLedger<PostgresTransaction, unknown>({
  defineProjection,
  run: (tx, sql, parameters) => tx.run(sql, parameters),
  parameter: (number) => `$${number}`,
})

export const ledgerRows = (pool: Pool, name = 'ledger', version = 1): Promise<ReadonlyMap<string, LedgerRow>> =>
  sqlLedgerRows(
    {
      query: async (sql) => (await pool.query<Record<string, unknown>>(sql)).rows,
      findTable: (table) => `select 1 from pg_tables where tablename = '${table}'`,
    },
    name,
    version,
  )
