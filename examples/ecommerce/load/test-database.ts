import { startPostgres } from '@eventcore/testing'

/** A database for a measurement: the one that is named, or one on a server of our own that flushes every commit. */
export async function databaseFor(url: string | undefined): Promise<{ readonly url: string } & AsyncDisposable> {
  if (url !== undefined) return { url, [Symbol.asyncDispose]: async () => {} }
  const server = await startPostgres({ durable: true, own: true })
  const database = await server.createDatabase()
  return { url: database.url, [Symbol.asyncDispose]: () => server.stop() }
}
