import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineProjection as defineInMemory, MemoryEventStore } from '@eventcore/memory'
import { defineProjection as defineInPostgres, PostgresEventStore } from '@eventcore/postgres'
import { defineProjection as defineInSqlite, SqliteEventStore } from '@eventcore/sqlite'
import { startPostgres } from '@eventcore/testing'
import type { EventStore } from 'eventcore'
import { Account } from './ledger.ts'
import { ROLLED_BACK, SLOW } from './racing-readers.ts'

const basics = { name: 'rollbacks', version: 1, streams: [Account] } as const

/** Takes no position back before it was drawn: the transaction has written when the handler refuses. */
const refuse = (amount: number): void => {
  if (amount === ROLLED_BACK) throw new Error('rolled back')
}

const inMemory = defineInMemory({
  ...basics,
  handlers: { account: { Deposited: ({ data }) => refuse(data.amount), otherwise: 'ignore' } },
})

const inSqlite = defineInSqlite({
  ...basics,
  handlers: { account: { Deposited: ({ data }) => refuse(data.amount), otherwise: 'ignore' } },
})

const inPostgres = defineInPostgres({
  ...basics,
  handlers: {
    account: {
      Deposited: ({ data }, tx) => {
        if (data.amount === SLOW) tx.run('select pg_sleep(random() * 0.004)')
        refuse(data.amount)
      },
      otherwise: 'ignore',
    },
  },
})

export interface RacingStores {
  /** Two handles, as of two processes, where the store can have them. */
  readonly stores: readonly EventStore[]
  /** Where there is a server. */
  readonly url?: string
  close(): Promise<void>
}

export const openRacingStores: Readonly<Record<'memory' | 'sqlite' | 'postgres', () => Promise<RacingStores>>> = {
  memory: async () => ({
    stores: [new MemoryEventStore({ inlineProjections: [inMemory] })],
    close: async () => undefined,
  }),
  sqlite: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'eventcore-race-'))
    const open = () => SqliteEventStore.open(join(directory, 'store.db'), { inlineProjections: [inSqlite] })
    const stores = [await open(), await open()]
    return {
      stores,
      close: async () => {
        for (const store of stores) await store.close()
        await rm(directory, { recursive: true })
      },
    }
  },
  postgres: async () => {
    const server = await startPostgres()
    const { url } = await server.createDatabase()
    const open = () => PostgresEventStore.open({ url, inlineProjections: [inPostgres] })
    const stores = [await open(), await open()]
    return {
      stores,
      url,
      close: async () => {
        for (const store of stores) await store.close()
        await server.stop()
      },
    }
  },
}
