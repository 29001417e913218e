import { Client, Pool, type PoolConfig } from 'pg'
import { afterAll, afterEach } from 'vitest'
import { PostgresEventStore, type PostgresEventStoreOptions } from '../../src/index.ts'
import { dropDatabases, emptyDatabase, testServer } from './postgres-database.ts'
import { TcpProxy } from './tcp-proxy.ts'

/** What a test opens, closed when it ends, the last one first. */
export interface Stage {
  /** URL of a migrated, empty database. */
  database(): Promise<string>
  /** URL of a database without anything in it. */
  bareDatabase(): Promise<string>
  store(options: PostgresEventStoreOptions): Promise<PostgresEventStore>
  proxy(url: string): Promise<TcpProxy>
  /** A connection as the user of the URL. */
  client(url: string): Promise<Client>
  /** A pool as a user of the library would bring it. */
  pool(config: PoolConfig): Pool
  later(cleanup: () => Promise<unknown>): void
}

/** To be called once in a test file. */
export function useStage(): Stage {
  const cleanups: (() => Promise<unknown>)[] = []
  const later = (cleanup: () => Promise<unknown>): void => {
    cleanups.push(cleanup)
  }
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })
  afterAll(dropDatabases)
  return {
    later,
    database: async () => {
      const database = await emptyDatabase()
      later(() => database.drop())
      return database.url
    },
    bareDatabase: async () => {
      const database = await (await testServer()).createDatabase()
      later(() => database.drop())
      return database.url
    },
    store: async (options) => {
      const store = await PostgresEventStore.open(options)
      later(() => store.close())
      return store
    },
    proxy: async (url) => {
      const proxy = await TcpProxy.before(url)
      later(() => proxy.close())
      return proxy
    },
    client: async (url) => {
      const client = new Client({ connectionString: url })
      client.on('error', () => undefined)
      await client.connect()
      later(() => client.end())
      return client
    },
    pool: (config) => {
      const pool = new Pool(config)
      // Its connections may be ended with their database.
      pool.on('error', () => undefined)
      later(() => pool.end())
      return pool
    },
  }
}
