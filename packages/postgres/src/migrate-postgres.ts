import { assertOptions, optionCheck } from 'eventcore'
import { definiteFailure } from './connection/driver-error.ts'
import { openPool } from './connection/open-pool.ts'
import type { PostgresEventStoreOptions } from './options.ts'
import { migrate, pendingSql } from './schema/migrate.ts'
import { naming } from './schema/naming.ts'

export interface MigratePostgresOptions
  extends Pick<
    PostgresEventStoreOptions,
    'url' | 'pool' | 'schema' | 'prefix' | 'applicationName' | 'connectTimeoutMs'
  > {
  /** Change nothing, and only answer the SQL. Default `false`. */
  readonly dryRun?: boolean
}

/**
 * Brings the schema of a store up to date, as the role that is to own it. Answers the SQL of what was missing, as one
 * transaction that can be given to `psql`; an empty text when nothing was.
 * @throws InvalidOptions (`INVALID_OPTIONS`), InvalidDefinition (`INVALID_DEFINITION`), StoreFailure (`STORE_FAILURE`),
 * StoreUnavailable (`STORE_UNAVAILABLE`)
 */
export async function migratePostgres(options: MigratePostgresOptions): Promise<string> {
  assertOptions<MigratePostgresOptions>('migratePostgres', options, {
    url: optionCheck.string,
    pool: optionCheck.object,
    schema: optionCheck.string,
    prefix: optionCheck.string,
    applicationName: optionCheck.string,
    connectTimeoutMs: optionCheck.positive,
    dryRun: optionCheck.boolean,
  })
  const names = naming(options.schema, options.prefix)
  const { pool, owned } = openPool({ ...options, maxConnections: 1 }, undefined)
  pool.on('error', ignore)
  try {
    const client = await pool.connect()
    client.on('error', ignore)
    try {
      const sql = await pendingSql(client, names)
      if (options.dryRun !== true) await migrate(client, names)
      return sql
    } finally {
      client.off('error', ignore)
      client.release()
    }
  } catch (error) {
    throw definiteFailure(error, 'migrate')
  } finally {
    pool.off('error', ignore)
    if (owned) await pool.end()
  }
}

const ignore = (): void => {}
