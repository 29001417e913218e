import { MemoryEventStore } from '@eventcore/memory'
import { PostgresEventStore } from '@eventcore/postgres'
import { SqliteEventStore } from '@eventcore/sqlite'
import type { EventStore } from 'eventcore'

export const STORE_NAMES = ['memory', 'sqlite', 'sqlite-normal', 'postgres'] as const
export type StoreName = (typeof STORE_NAMES)[number]

/** Where a store's data is. */
export interface Place {
  readonly url?: string | undefined
  readonly path?: string | undefined
  /** Where the store keeps a pool of connections. */
  readonly maxConnections?: number | undefined
}

/** What an acknowledgement means. */
export const DURABILITY: Readonly<Record<StoreName, string>> = {
  memory: 'none: the memory of this process',
  sqlite: 'WAL, synchronous=FULL: flushed before it is acknowledged',
  'sqlite-normal': 'WAL, synchronous=NORMAL: survives a crash of the process, not the loss of power',
  postgres: 'fsync=on, synchronous_commit=on: flushed before it is acknowledged',
}

export type OpenedStore = MemoryEventStore | SqliteEventStore | PostgresEventStore

export async function openStore(name: string, place: Place): Promise<OpenedStore> {
  switch (name) {
    case 'memory':
      return new MemoryEventStore()
    case 'sqlite':
      return await SqliteEventStore.open(place.path ?? missing('path'), { durability: 'full' })
    case 'sqlite-normal':
      return await SqliteEventStore.open(place.path ?? missing('path'), { durability: 'normal' })
    case 'postgres': {
      const { url = missing('url'), maxConnections } = place
      return await PostgresEventStore.open({ url, ...(maxConnections === undefined ? {} : { maxConnections }) })
    }
    default:
      throw new Error(`There is no store "${name}". There are ${STORE_NAMES.join(', ')}.`)
  }
}

function missing(what: string): never {
  throw new Error(`The store needs a ${what}.`)
}

/** Counts the calls that a store gets, from now on: each is one round trip to its database. */
export function countCalls(store: EventStore): () => number {
  let calls = 0
  const { append, read } = store
  Object.assign(store, {
    append: (...args: Parameters<typeof append>) => {
      calls++
      return append.apply(store, args)
    },
    read: (...args: Parameters<typeof read>) => {
      calls++
      return read.apply(store, args)
    },
  })
  return () => calls
}
