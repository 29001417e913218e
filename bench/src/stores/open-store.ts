import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryEventStore } from '@eventcore/memory'
import { SqliteEventStore } from '@eventcore/sqlite'
import type { EventStore } from 'eventcore'
import { openPostgres } from './postgres.ts'

/** A store to measure on, empty, and what its acknowledgement means. */
export interface OpenStore {
  readonly store: EventStore
  readonly durability: string
  close(): Promise<void>
}

export const STORES: Readonly<Record<string, () => Promise<OpenStore>>> = {
  memory: async () => {
    const store = new MemoryEventStore()
    return { store, durability: 'none: the memory of this process', close: () => store.close() }
  },
  sqlite: () => openSqlite('full'),
  'sqlite-normal': () => openSqlite('normal'),
  postgres: openPostgres,
}

async function openSqlite(durability: 'full' | 'normal'): Promise<OpenStore> {
  const directory = await mkdtemp(join(tmpdir(), 'eventcore-bench-'))
  const store = await SqliteEventStore.open(join(directory, 'bench.db'), { durability })
  return {
    store,
    durability: `WAL, synchronous=${durability.toUpperCase()}`,
    close: async () => {
      await store.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
