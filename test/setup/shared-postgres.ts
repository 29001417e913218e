import { once } from 'node:events'
import { createServer } from 'node:http'
// By its path: what stands behind names is built for this file, which runs before the tests, and may not be yet.
import { type PostgresServer, startPostgres } from '../../packages/testing/src/postgres/start-postgres.ts'

/**
 * One PostgreSQL server for all test files. It is started when the first one asks (`startPostgres()` does), so a run
 * without such tests pays nothing.
 */
export async function setup(): Promise<() => Promise<void>> {
  let server: Promise<PostgresServer> | undefined
  const broker = createServer((_, response) => {
    server ??= startPostgres({ settings: { max_connections: '200' } })
    server.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  }).listen(0, '127.0.0.1')
  await once(broker, 'listening')
  const address = broker.address()
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  process.env.EVENTCORE_TEST_POSTGRES_BROKER = `http://127.0.0.1:${address.port}`
  return async () => {
    broker.close()
    broker.closeAllConnections()
    await (await server)?.stop()
  }
}
