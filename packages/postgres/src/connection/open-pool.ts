import { InvalidDefinition } from 'eventcore'
import { Client, Pool, type PoolConfig } from 'pg'
import type { PostgresEventStoreOptions } from '../options.ts'

const MAX_CONNECTIONS = 10
export const CONNECT_TIMEOUT_MS = 5_000
/** A connection costs the server a process and us three round trips. */
const IDLE_TIMEOUT_MS = 60_000
const KEEP_ALIVE_AFTER_MS = 10_000

/** The pool of a store, and how a further connection like its own is made. */
export interface OpenedPool {
  readonly pool: Pool
  readonly owned: boolean
  readonly createClient: () => Client
}

/**
 * @param queryTimeoutMs after which any query of the connections is given up, whoever makes it; `undefined`: never
 * @throws InvalidDefinition (`INVALID_DEFINITION`) for options that contradict each other, or a URL that is none
 */
export function openPool(options: PostgresEventStoreOptions, queryTimeoutMs: number | undefined): OpenedPool {
  const { url, pool, listenUrl, applicationName = 'eventcore' } = options
  const shared = {
    application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    // The server's own time-outs are not heard of on a connection through which nothing comes any more.
    ...(queryTimeoutMs === undefined ? {} : { query_timeout: queryTimeoutMs }),
  }
  const at = (where: string | undefined): PoolConfig =>
    where === undefined ? shared : { ...shared, connectionString: checkedUrl(where) }
  if (pool !== undefined) {
    if (url !== undefined) throw new InvalidDefinition('Give the store a url or a pool, not both.')
    const config = listenUrl === undefined ? pool.options : at(listenUrl)
    return { pool, owned: false, createClient: () => new Client(config) }
  }
  const own = new Pool({
    ...at(url),
    max: options.maxConnections ?? MAX_CONNECTIONS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
  })
  return { pool: own, owned: true, createClient: () => new Client(at(listenUrl ?? url)) }
}

function checkedUrl(url: string): string {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new InvalidDefinition(
      'The URL of the database is not one: postgres://user:password@host:port/database is expected.',
    )
  try {
    // Nothing is connected. What the driver cannot read it would else say in its own words, when the first connection is made.
    new Client({ connectionString: url })
  } catch (error) {
    // Without its cause, which may show the password.
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidDefinition(
      `The URL of the database cannot be read (${reason}). Encode what is special in it: p%40ss for the password p@ss.`,
    )
  }
  return url
}
