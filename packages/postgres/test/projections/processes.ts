import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LedgerRow, ProjectingProcesses } from '@eventcore/testing/contract'
import { asCursor, ProjectionRunner } from 'eventcore'
import { Pool } from 'pg'
import { PostgresEventStore, type PostgresTransaction } from '../../src/index.ts'
import { emptyDatabase } from '../support/postgres-database.ts'
import { ledger } from './ledger.ts'

const program = fileURLToPath(new URL('./project-until-killed.ts', import.meta.url))

/** Checkpoint and read model in one snapshot: what a killed process had sent may be committed yet. */
const readModelOf = (version: number): string =>
  `select (select cursor from eventcore.checkpoints where name = 'ledger@${version}') as cursor,
    (select json_object_agg(stream, json_build_object('balance', balance, 'events', events, 'version', version))
       from ledger_v${version}) as model`

/**
 * A new database, and processes that keep its ledger. Their sessions bear their name as an owner.
 * @param reach by which URL the process of this name reaches the database. Default: its own
 */
export async function withProcesses<T>(
  use: (processes: ProjectingProcesses<PostgresTransaction>, url: string) => Promise<T>,
  reach: (url: string, owner: string) => string | Promise<string> = (url) => url,
): Promise<T> {
  const { url, drop } = await emptyDatabase()
  const store = await PostgresEventStore.open({ url, maxConnections: 4 })
  const pool = new Pool({ connectionString: url, max: 1 })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    // So that there are tables to look at.
    const first = new ProjectionRunner(store, ledger({}))
    first.start()
    await first.activate()
    await first.stop()
    await new ProjectionRunner(store, ledger({ version: 2 })).prepare()
    const processes: ProjectingProcesses<PostgresTransaction> = {
      store,
      ledger,
      start: async ({ batchSize, leaseMs, owner, version = 1, death }) => {
        const args = [
          ...process.execArgv,
          program,
          await reach(url, owner),
          String(batchSize),
          String(leaseMs),
          owner,
          String(version),
          ...(death === undefined ? [] : [death.site, String(death.visit), death.signal ?? 'SIGKILL']),
        ]
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
        await once(child.stdout, 'data')
        return child
      },
      readModel: async (version = 1) => {
        const { rows } = await pool.query<{ cursor: string | null; model: Record<string, LedgerRow> | null }>(
          readModelOf(version),
        )
        const { cursor = null, model = null } = rows[0] ?? {}
        return { cursor: cursor === null ? undefined : asCursor(cursor), rows: new Map(Object.entries(model ?? {})) }
      },
    }
    return await use(processes, url)
  } finally {
    await pool.end()
    await store.close()
    await drop()
  }
}
