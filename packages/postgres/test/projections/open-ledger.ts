import type { OpenProjections } from '@eventcore/testing/contract'
import { Pool } from 'pg'
import { PostgresEventStore, type PostgresTransaction } from '../../src/index.ts'
import { emptyDatabase } from '../support/postgres-database.ts'
import { ledger, ledgerRows } from './ledger.ts'

/** In a database of its own. */
export const openLedger: OpenProjections<PostgresTransaction> = async (inline) => {
  const database = await emptyDatabase()
  const inlineProjections = inline === undefined ? [] : [ledger(inline)]
  const open = () => PostgresEventStore.open({ url: database.url, maxConnections: 4, inlineProjections })
  const store = await open()
  const pool = new Pool({ connectionString: database.url, max: 2 })
  // The database is dropped with force, perhaps before the last connection is closed.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    store,
    ledger,
    rows: (name, version) => ledgerRows(pool, name, version),
    openAnother: open,
    // Leases expire by the clock of the server, which cannot be moved, so what they say is moved.
    passTime: async (ms) => {
      await pool.query(
        `update eventcore.leases set expires_at = expires_at - $1::double precision * interval '1 millisecond',
          granted_at = granted_at - $1::double precision * interval '1 millisecond'`,
        [ms],
      )
    },
    cleanup: async () => {
      await pool.end()
      await database.drop()
    },
  }
}
