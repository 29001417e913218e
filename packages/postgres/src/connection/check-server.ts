import { StoreFailure } from 'eventcore'
import type { ClientBase } from 'pg'

const OLDEST_VERSION = 140_000

interface ServerRow {
  readonly version: number
  readonly encoding: string
  readonly standby: boolean
  readonly isolation: string
}

/** @throws StoreFailure (`STORE_FAILURE`) when the server cannot keep the promises of a store; the message says what to do */
export async function checkServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<ServerRow>(
    `select current_setting('server_version_num')::integer as version, current_setting('server_encoding') as encoding,
      pg_is_in_recovery() as standby, current_setting('default_transaction_isolation') as isolation`,
  )
  const { version, encoding, standby, isolation } = rows[0] as ServerRow
  const refuse = (reason: string): never => {
    throw new StoreFailure(`The event store cannot be opened: ${reason}`, 'open')
  }
  if (version < OLDEST_VERSION)
    refuse(`PostgreSQL ${Math.floor(version / 10_000)} is too old. Version 14 or later is needed.`)
  if (encoding !== 'UTF8') refuse(`the database has the encoding ${encoding}. Create one with the encoding UTF8.`)
  if (standby)
    refuse('the server is a standby, where nothing can be written and the feed cannot be read. Connect to the primary.')
  if (isolation !== 'read committed')
    refuse(
      `transactions run at "${isolation}" by default. Set default_transaction_isolation to "read committed" for this user or database, or let the store open its own pool.`,
    )
}
