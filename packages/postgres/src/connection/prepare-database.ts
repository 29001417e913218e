import type { ClientBase } from 'pg'
import { checkPositions } from '../schema/check-positions.ts'
import { assertMigrated, migrate } from '../schema/migrate.ts'
import type { Naming } from '../schema/naming.ts'
import { checkServer } from './check-server.ts'

/** What is done once, when a store is opened. */
export async function prepareDatabase(
  client: ClientBase,
  names: Naming,
  migrations: 'apply' | 'verify',
): Promise<void> {
  await checkServer(client)
  if (migrations === 'apply') await migrate(client, names)
  else await assertMigrated(client, names)
  await checkPositions(client, names)
}
