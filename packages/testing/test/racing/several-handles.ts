import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PostgresEventStore } from '@eventcore/postgres'
import { SqliteEventStore } from '@eventcore/sqlite'
import type { EventStore } from 'eventcore'
import { startPostgres } from '../../src/postgres/start-postgres.ts'
import { type CheckedRun, raceAndCheck, type WorkloadOptions } from '../../src/workload/run-workload.ts'
import { workloads } from '../../src/workload/workloads.ts'

export type WorkloadName = keyof typeof workloads
export const workloadNames = Object.keys(workloads) as WorkloadName[] // the literal's own keys

export type RacedStore = 'sqlite' | 'postgres'

/** Races on an empty store of this kind, over several handles: their own connections, nothing shared in memory. */
export async function raceOnHandles(
  kind: RacedStore,
  handles: number,
  name: WorkloadName,
  options: WorkloadOptions,
): Promise<CheckedRun> {
  const { open, cleanup } = await openings[kind]()
  const stores: EventStore[] = []
  try {
    for (let i = 0; i < handles; i++) stores.push(await open())
    const workload = name === 'bulk' ? workloads.bulk({ events: 500 }) : workloads[name]()
    const witness = kind === 'sqlite' ? 'commits-and-queries' : 'commits'
    return await raceAndCheck(stores, workload, { followers: handles, check: { witness }, ...options })
  } finally {
    for (const store of stores) await store.close()
    await cleanup()
  }
}

interface Opening {
  open(): Promise<EventStore>
  cleanup(): Promise<void>
}

const openings: Readonly<Record<RacedStore, () => Promise<Opening>>> = {
  async sqlite() {
    const directory = mkdtempSync(join(tmpdir(), 'eventcore-racing-'))
    return {
      open: () => SqliteEventStore.open(join(directory, 'events.db')),
      cleanup: async () => rmSync(directory, { recursive: true }),
    }
  },
  async postgres() {
    const server = await startPostgres()
    const database = await server.createDatabase()
    return {
      open: () => PostgresEventStore.open({ url: database.url, maxConnections: 4 }),
      async cleanup() {
        await database.drop()
        await server.stop()
      },
    }
  },
}
