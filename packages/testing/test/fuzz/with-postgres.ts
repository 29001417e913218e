import { PostgresEventStore } from '@eventcore/postgres'
import { startPostgres } from '../../src/index.ts'

/** A store on a new database, and the database gone afterwards. */
export async function withPostgres(work: (store: PostgresEventStore) => Promise<void>): Promise<void> {
  const server = await startPostgres()
  try {
    const { url } = await server.createDatabase()
    const store = await PostgresEventStore.open({ url })
    try {
      await work(store)
    } finally {
      await store.close()
    }
  } finally {
    await server.stop()
  }
}
