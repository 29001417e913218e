import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ProjectingProcesses } from '@eventcore/testing/contract'
import { SqliteEventStore, type SqliteTransaction } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { ledger, ledgerRows } from './ledger.ts'

const program = fileURLToPath(new URL('./project-until-killed.ts', import.meta.url))

/** A new file, and processes that keep its ledger. */
export async function withProcesses<T>(
  use: (processes: ProjectingProcesses<SqliteTransaction>) => Promise<T>,
): Promise<T> {
  const directory = await temporaryDirectory()
  const path = directory.file('store.db')
  const store = await SqliteEventStore.open(path)
  try {
    return await use({
      store,
      ledger,
      start: async ({ batchSize, leaseMs, owner, version = 1, death }) => {
        const args = [
          ...process.execArgv,
          program,
          path,
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
      // Nobody projects when it is asked for.
      readModel: async (version = 1) => ({
        cursor: (await store.checkpoints.load(`ledger@${version}`))?.cursor,
        rows: await ledgerRows(store, 'ledger', version),
      }),
    })
  } finally {
    await store.close()
    await directory.remove()
  }
}
