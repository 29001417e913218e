import { storeContract } from '@eventcore/testing'
import { afterAll, describe, it } from 'vitest'
import { PostgresEventStore } from '../src/index.ts'
import { dropDatabases, emptyDatabase } from './support/postgres-database.ts'

let database: ReturnType<typeof emptyDatabase> | undefined
let stores = 0

storeContract(
  'postgres',
  async () => {
    database ??= emptyDatabase()
    const { url } = await database
    // A schema for each test, since to drop a database takes a checkpoint of the whole server.
    const schema = `contract_${++stores}`
    const open = () => PostgresEventStore.open({ url, schema, maxConnections: 4 })
    return { store: await open(), reopen: open, openAnother: open }
  },
  { describe, it },
)

afterAll(dropDatabases)
