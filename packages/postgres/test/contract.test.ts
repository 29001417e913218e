import { storeContract } from '@eventcore/testing/contract'
import { afterAll, describe, it } from 'vitest'
import { PostgresEventStore } from '../src/index.ts'
import { dropDatabases, emptyDatabase } from './support/postgres-database.ts'

storeContract(
  'postgres',
  async () => {
    const database = await emptyDatabase()
    const open = () => PostgresEventStore.open({ url: database.url, maxConnections: 4 })
    return { store: await open(), reopen: open, openAnother: open, cleanup: () => database.drop() }
  },
  { describe, it },
)

afterAll(dropDatabases)
