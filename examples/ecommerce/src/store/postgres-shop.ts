import { defineProjection, PostgresEventStore, type PostgresTransaction } from '@eventcore/postgres'
import { ReactorRunner } from 'eventcore'
import { Pool, types } from 'pg'
import type { Sql } from '../read-models/sql.ts'
import { readModelsOf } from './read-models.ts'
import type { ShopStore } from './shop-store.ts'

/** Connections for readers, beside those of the store: a slow report holds no order up. */
const READ_CONNECTIONS = 5
const READ_TIMEOUT_MS = 5_000

// Texts sort by their bytes, as they do in SQLite, whatever the language of the database.
const toPostgres = (statement: string): string => statement.replaceAll('{text}', 'text collate "C"')

const sql: Sql<PostgresTransaction> = {
  define: defineProjection,
  run: (tx, statement, ...values) => tx.run(toPostgres(statement), values),
}

/** The shop on a server, which any number of processes share. */
export async function openPostgresShop(url: string): Promise<ShopStore> {
  const store = await PostgresEventStore.open(url)
  const pool = new Pool({
    connectionString: url,
    max: READ_CONNECTIONS,
    connectionTimeoutMillis: READ_TIMEOUT_MS,
    statement_timeout: READ_TIMEOUT_MS,
    application_name: 'shop-readers',
    // Counts and amounts stay far below what a number can hold exactly; as SQLite gives them.
    types: { getTypeParser: (id, format) => (id === types.builtins.INT8 ? Number : types.getTypeParser(id, format)) },
  })
  // An idle connection that breaks is replaced by the next query.
  pool.on('error', () => {})
  return {
    events: store,
    database: {
      query: async (row, statement, ...values) => {
        const { rows } = await pool.query<Record<string, unknown>>(statement, [...values])
        return rows.map((found) => row.parse(found))
      },
    },
    readModels: (options) => readModelsOf(store, sql, options),
    reactor: (reactor, options) => new ReactorRunner(store, reactor, options),
    close: async () => {
      await store.close()
      if (!pool.ending) await pool.end()
    },
  }
}
