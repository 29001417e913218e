import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryEventStore } from '@eventcore/memory'
import { PostgresEventStore } from '@eventcore/postgres'
import { SqliteEventStore } from '@eventcore/sqlite'
import { startPostgres } from '@eventcore/testing'
import type { EventStore } from 'eventcore'
import { expect, test } from 'vitest'
import { raceReaders } from './racing-readers.ts'

const EVENTS = 100_000
const seed = Number.parseInt(process.env.EVENTCORE_TEST_SEED ?? '', 10) || Math.floor(Math.random() * 2 ** 31)

/** Two handles each, as of two processes, where the store can have them. */
const stores: Record<string, () => Promise<{ stores: readonly EventStore[]; close(): Promise<void> }>> = {
  memory: async () => ({ stores: [new MemoryEventStore()], close: async () => undefined }),
  sqlite: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'eventcore-race-'))
    const open = () => SqliteEventStore.open(join(directory, 'store.db'))
    const opened = [await open(), await open()]
    return {
      stores: opened,
      close: async () => {
        for (const store of opened) await store.close()
        await rm(directory, { recursive: true })
      },
    }
  },
  postgres: async () => {
    const server = await startPostgres()
    const database = await server.createDatabase()
    const opened = [await PostgresEventStore.open(database.url), await PostgresEventStore.open(database.url)]
    return {
      stores: opened,
      close: async () => {
        for (const store of opened) await store.close()
        await server.stop()
      },
    }
  },
}

for (const [name, open] of Object.entries(stores)) {
  test(`of ${EVENTS} events by 16 writers on ${name}, three readers that join at random times miss none`, async () => {
    const { stores: opened, close } = await open()
    try {
      const report = await raceReaders(opened, { commits: EVENTS / 2, readers: 3, seed })
      expect(report, `seed ${seed}`).toEqual({ committed: EVENTS, wrong: 0, unordered: 0 })
    } finally {
      await close()
    }
  })
}
