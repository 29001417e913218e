import { raceAndCheck, workloads } from '@eventcore/testing/checker'
import { storeContract } from '@eventcore/testing/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PostgresEventStore } from '../src/index.ts'
import { type PgBouncer, startPgBouncer } from './support/pgbouncer.ts'
import { dropDatabases, emptyDatabase, testServer } from './support/postgres-database.ts'

let bouncer: PgBouncer
beforeAll(async () => {
  bouncer = await startPgBouncer((await testServer()).url)
})
afterAll(async () => {
  await bouncer.stop()
  await dropDatabases()
})

storeContract(
  'postgres behind pgbouncer in transaction mode',
  async () => {
    const database = await emptyDatabase()
    const open = () => PostgresEventStore.open({ url: bouncer.through(database.url), maxConnections: 4 })
    return { store: await open(), reopen: open, openAnother: open, cleanup: () => database.drop() }
  },
  { describe, it },
)

describe('behind pgbouncer in transaction mode', () => {
  it.each(['hotSet', 'phantom', 'bank'] as const)('commands are consistent: %s', async (workload) => {
    const database = await emptyDatabase()
    const url = bouncer.through(database.url)
    const stores = [await PostgresEventStore.open({ url }), await PostgresEventStore.open({ url })]
    const run = await raceAndCheck(stores, workloads[workload](), { commands: 500, check: { witness: 'commits' } })
    expect(run.ok, run.explain()).toBe(true)
    for (const store of stores) await store.close()
    await database.drop()
  })
})
