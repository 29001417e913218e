import { type PostgresServer, startPostgres, type TestDatabase } from '@eventcore/testing'
import { migratePostgres } from '../../src/index.ts'

let template: Promise<{ readonly server: PostgresServer; readonly database: TestDatabase }> | undefined

/** The server of this test file. */
export async function testServer(): Promise<PostgresServer> {
  return (await migrated()).server
}

/** A migrated, empty database: a copy of one that was migrated once per test file. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const { server, database } = await migrated()
  return await server.createDatabase({ template: database.name })
}

/** To be called when the tests of the file are through. */
export async function dropDatabases(): Promise<void> {
  const { server } = await migrated()
  template = undefined
  await server.stop()
}

function migrated(): NonNullable<typeof template> {
  template ??= (async () => {
    const server = await startPostgres()
    const database = await server.createDatabase()
    await migratePostgres({ url: database.url })
    return { server, database }
  })()
  return template
}
