import { PostgresEventStore } from '@eventcore/postgres'
import { startPostgres } from '@eventcore/testing'
import type { OpenStore } from './open-store.ts'

/**
 * On a server of its own that flushes every commit, or on the one that `EVENTCORE_TEST_POSTGRES_URL` names, whose settings
 * are its owner's.
 */
export async function openPostgres(): Promise<OpenStore> {
  const server = await startPostgres({ durable: true, settings: { shared_buffers: '512MB' } })
  const database = await server.createDatabase()
  const store = await PostgresEventStore.open({ url: database.url })
  return {
    store,
    durability: `synchronous_commit=on, ${server.control === undefined ? 'settings of the server' : 'fsync=on'}`,
    close: async () => {
      await store.close()
      await database.drop()
      await server.stop()
    },
  }
}
