import { defineProjection, SqliteEventStore, type SqliteTransaction } from '@eventcore/sqlite'
import { ReactorRunner } from 'eventcore'
import type { Sql } from '../read-models/sql.ts'
import { readModelsOf } from './read-models.ts'
import type { ShopStore } from './shop-store.ts'

const translated = new Map<string, string>()

/** In SQLite `$1` would be a parameter with a name. */
function toSqlite(statement: string): string {
  let text = translated.get(statement)
  if (text === undefined) {
    text = statement.replace(/\$(\d+)/g, '?$1').replaceAll('{text}', 'text')
    translated.set(statement, text)
  }
  return text
}

const sql: Sql<SqliteTransaction> = {
  define: defineProjection,
  run: (tx, statement, ...values) => {
    tx.run(toSqlite(statement), ...values)
  },
}

/** The shop in one file: everything that a single machine needs. */
export async function openSqliteShop(path: string): Promise<ShopStore> {
  const store = await SqliteEventStore.open(path)
  return {
    events: store,
    database: {
      query: async (row, statement, ...values) => {
        const rows = await store.projections.query<unknown>(toSqlite(statement), ...values)
        return rows.map((found) => row.parse(found))
      },
    },
    readModels: (options) => readModelsOf(store, sql, options),
    reactor: (reactor, options) => new ReactorRunner(store, reactor, options),
    close: () => store.close(),
  }
}
